import { type Members, object, refusals } from '../../template/shape.ts';
import { ServiceFailure } from '../../wire/failure.ts';
import type { Given, GivenPipe } from './definition.ts';
import { createMembers, updateMembers } from './members.ts';
import type { Pipe } from './pipe.ts';
import type { NewPipe } from './pipes.ts';
import { readDefinition } from './read-definition.ts';

export type NewPipeResult =
  | { readonly ok: true; readonly pipe: NewPipe }
  /** Each begins with the field's path. */
  | { readonly ok: false; readonly mistakes: readonly string[] };

/** Reads the input of `CreatePipe`, and the properties of the template's resource with its name put in. */
export function readNewPipe({ Name, DesiredState = 'RUNNING', Tags, LogConfiguration, ...rest }: Given): NewPipeResult {
  const mistakes = [...unknownMembers(createMembers, { Name, DesiredState, Tags, LogConfiguration, ...rest })];
  if (typeof Name !== 'string' || !/^[.\-_A-Za-z0-9]{1,64}$/.test(Name)) {
    mistakes.push(`Name: ${JSON.stringify(Name)} is not 1 to 64 letters, digits, dots, dashes and underscores`);
  }
  mistakes.push(...desiredMistakes(DesiredState));
  const tags = readTags(Tags, mistakes);
  const given = rest as GivenPipe;
  const read = mistakes.length === 0 ? readDefinition(given) : undefined;
  if (!read?.ok) return { ok: false, mistakes: [...mistakes, ...(read?.mistakes ?? [])] };
  const desired = DesiredState === 'STOPPED' ? 'STOPPED' : 'RUNNING';
  return { ok: true, pipe: { name: String(Name), given, definition: read.definition, desired, tags } };
}

export type ChangeResult =
  | { readonly ok: true; readonly change: Pick<NewPipe, 'given' | 'definition' | 'desired'> }
  | { readonly ok: false; readonly mistakes: readonly string[] };

/**
 * Reads the input of `UpdatePipe`. What it leaves out stays, but for the members of a service's own parameters: given at
 * all, they are given whole, and those left out are defaults again.
 */
export function readChange(input: Given, before: Pick<Pipe, 'given' | 'desired'>): ChangeResult {
  const { DesiredState = before.desired, LogConfiguration, ...rest } = input;
  const mistakes = [...unknownMembers(updateMembers, input), ...desiredMistakes(DesiredState)];
  if (input.RoleArn === undefined) mistakes.push('RoleArn: it is needed');
  if (mistakes.length > 0) return { ok: false, mistakes };
  const given = merged(before.given, rest as GivenPipe);
  const read = readDefinition(given);
  if (!read.ok) return read;
  return {
    ok: true,
    change: { given, definition: read.definition, desired: DesiredState === 'STOPPED' ? 'STOPPED' : 'RUNNING' },
  };
}

/** `ValidationException` with the fields by their paths. */
export function invalid(mistakes: readonly string[]): ServiceFailure {
  const fieldList = mistakes.map((message) => ({ name: /^[\w.[\]]*\w/.exec(message)?.[0] ?? '', message }));
  return new ServiceFailure({ code: 'ValidationException', message: mistakes.join('; '), detail: { fieldList } });
}

function unknownMembers(members: Members, input: Given): readonly string[] {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  return refusals(object(members), given, '').map((reason) => reason.replace(/^\./, ''));
}

function desiredMistakes(state: unknown): readonly string[] {
  if (state === 'RUNNING' || state === 'STOPPED') return [];
  return [`DesiredState: ${JSON.stringify(state)} is neither RUNNING nor STOPPED`];
}

function readTags(tags: unknown, mistakes: string[]): Readonly<Record<string, string>> {
  if (tags === undefined) return {};
  if (typeof tags === 'object' && tags !== null && !Array.isArray(tags)) {
    return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
  }
  mistakes.push(`Tags: an object is needed, not ${JSON.stringify(tags)}`);
  return {};
}

function merged(before: GivenPipe, { SourceParameters, TargetParameters, Target, ...rest }: GivenPipe): GivenPipe {
  const source = before.SourceParameters ?? {};
  const { StartingPosition, StartingPositionTimestamp } = source.KinesisStreamParameters ?? {};
  const start = {
    StartingPosition,
    ...(StartingPositionTimestamp === undefined ? {} : { StartingPositionTimestamp }),
  };
  const kinesis = SourceParameters?.KinesisStreamParameters;
  // Another target takes none of the former one's own parameters.
  const isSameTarget = Target === undefined || Target === before.Target;
  const { InputTemplate } = before.TargetParameters ?? {};
  const target = isSameTarget ? before.TargetParameters : InputTemplate === undefined ? {} : { InputTemplate };
  return {
    ...before,
    ...rest,
    Target: Target ?? before.Target,
    SourceParameters: {
      ...source,
      ...SourceParameters,
      KinesisStreamParameters:
        kinesis === undefined ? (source.KinesisStreamParameters ?? {}) : { ...kinesis, ...start },
    },
    TargetParameters: { ...target, ...TargetParameters },
  };
}
