import { type MappingSettings, readSettings, type StartingPosition } from '../../sources/settings.ts';
import type { Given, GivenPipe, GivenTarget, InvocationType, PipeDefinition, PipeTarget } from './definition.ts';
import { compileTransform, type Transform, templateCharactersMax } from './transform.ts';

export type DefinitionResult =
  | { readonly ok: true; readonly definition: PipeDefinition }
  /** Each begins with the field's path. */
  | { readonly ok: false; readonly mistakes: readonly string[] };

const sourcePath = 'SourceParameters.KinesisStreamParameters';

/** Reads what a pipe is to do; its members must be known ones. */
export function readDefinition(given: GivenPipe): DefinitionResult {
  const mistakes: string[] = [];
  const roleArn = readArn(given.RoleArn, 'RoleArn', /^arn:[\w-]+:iam::\d{12}:role\/.+$/, 'of a role', mistakes);
  const source = readArn(
    given.Source,
    'Source',
    /^arn:[\w-]+:kinesis:[\w-]+:\d{12}:stream\/[\w.-]+$/,
    'of a Kinesis stream, which is the only source that the local engine has',
    mistakes,
  );
  const parameters = given.SourceParameters?.KinesisStreamParameters ?? {};
  const startingPosition = readStart(parameters, mistakes);
  const settings = readPipeSettings(parameters, given.SourceParameters?.FilterCriteria, mistakes);
  const target = readTarget(given.Target, given.TargetParameters ?? {}, mistakes);
  const transform = readTransform(given.TargetParameters?.InputTemplate, mistakes);
  const { Description: description } = given;
  if (description !== undefined && (typeof description !== 'string' || description.length > 512))
    mistakes.push('Description: a text of at most 512 characters is needed');
  if (mistakes.length > 0 || startingPosition === undefined || settings === undefined || target === undefined)
    return { ok: false, mistakes };
  return { ok: true, definition: { roleArn, source, startingPosition, settings, target, transform } };
}

function readArn(value: unknown, path: string, shape: RegExp, what: string, mistakes: string[]): string {
  if (typeof value === 'string' && shape.test(value)) return value;
  mistakes.push(`${path}: ${JSON.stringify(value) ?? 'nothing'} is no ARN ${what}`);
  return '';
}

function readStart(parameters: Given, mistakes: string[]): StartingPosition | undefined {
  const { StartingPosition: at, StartingPositionTimestamp: timestamp } = parameters;
  if (at === 'TRIM_HORIZON' || at === 'LATEST') {
    if (timestamp === undefined) return { at };
    mistakes.push(`${sourcePath}.StartingPositionTimestamp: only AT_TIMESTAMP takes one`);
    return undefined;
  }
  if (at !== 'AT_TIMESTAMP') {
    const found = JSON.stringify(at) ?? 'nothing';
    mistakes.push(`${sourcePath}.StartingPosition: ${found} is none of TRIM_HORIZON, LATEST and AT_TIMESTAMP`);
    return undefined;
  }
  const timestampMs = timeMs(timestamp);
  if (timestampMs !== undefined) return { at: 'TIMESTAMP', timestampMs };
  const found = JSON.stringify(timestamp) ?? 'nothing';
  mistakes.push(`${sourcePath}.StartingPositionTimestamp: ${found} is no time in seconds since the epoch`);
  return undefined;
}

/** The wire has seconds, templates may have them as text, or a time of ISO 8601. */
function timeMs(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(String(value));
  return Number.isFinite(ms) && ms >= 0 ? Math.round(ms) : undefined;
}

function readPipeSettings(
  parameters: Given,
  FilterCriteria: Given | undefined,
  mistakes: string[],
): MappingSettings | undefined {
  const {
    OnPartialBatchItemFailure: bisect,
    DeadLetterConfig,
    StartingPosition,
    StartingPositionTimestamp,
    ...same
  } = parameters;
  if (bisect !== undefined && bisect !== 'AUTOMATIC_BISECT') {
    mistakes.push(`${sourcePath}.OnPartialBatchItemFailure: ${JSON.stringify(bisect)} is not AUTOMATIC_BISECT`);
  }
  const Destination = (DeadLetterConfig as { readonly Arn?: unknown } | undefined)?.Arn;
  if (Destination !== undefined && !/^arn:[\w-]+:(sqs|sns):/.test(String(Destination))) {
    const found = JSON.stringify(Destination);
    mistakes.push(`${sourcePath}.DeadLetterConfig.Arn: ${found} is no ARN of an SQS queue or SNS topic`);
    return undefined;
  }
  const read = readSettings({
    ...same,
    BisectBatchOnFunctionError: bisect === 'AUTOMATIC_BISECT',
    // What a target answers is always looked at.
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...(Destination === undefined ? {} : { DestinationConfig: { OnFailure: { Destination } } }),
    ...(FilterCriteria === undefined ? {} : { FilterCriteria }),
  });
  if (read.ok) return read.settings;
  const prefix = (mistake: string) => (mistake.startsWith('FilterCriteria') ? 'SourceParameters' : sourcePath);
  mistakes.push(...read.mistakes.map((mistake) => `${prefix(mistake)}.${mistake}`));
  return undefined;
}

/** By the service in a target's ARN. */
const targets = {
  lambda: { member: 'LambdaFunctionParameters', shape: /^function:[\w-]+$/ },
  states: { member: 'StepFunctionStateMachineParameters', shape: /^stateMachine:[\w.-]+$/ },
} as const;

function readTarget(arn: unknown, parameters: GivenTarget, mistakes: string[]): PipeTarget | undefined {
  const [, , service = '', , , ...rest] = String(arn ?? '').split(':');
  const kind = service === 'lambda' || service === 'states' ? service : undefined;
  if (kind === undefined || !targets[kind].shape.test(rest.join(':'))) {
    const found = JSON.stringify(arn) ?? 'nothing';
    mistakes.push(
      `Target: ${found} is neither a Lambda function nor a state machine, which are the local engine's targets`,
    );
    return undefined;
  }
  for (const [other, { member }] of Object.entries(targets)) {
    if (other !== kind && parameters[member] !== undefined)
      mistakes.push(`TargetParameters.${member}: the target is another`);
  }
  const { member } = targets[kind];
  const invocationType = parameters[member]?.InvocationType ?? 'REQUEST_RESPONSE';
  if (!isInvocationType(invocationType)) {
    mistakes.push(
      `TargetParameters.${member}.InvocationType: ${JSON.stringify(invocationType)} is neither REQUEST_RESPONSE nor FIRE_AND_FORGET`,
    );
    return undefined;
  }
  if (kind === 'states' && invocationType === 'REQUEST_RESPONSE') {
    mistakes.push(
      `TargetParameters.${member}.InvocationType: only FIRE_AND_FORGET is supported: the local engine has standard state machines alone`,
    );
  }
  return { kind, arn: String(arn), invocationType };
}

function isInvocationType(value: unknown): value is InvocationType {
  return value === 'REQUEST_RESPONSE' || value === 'FIRE_AND_FORGET';
}

function readTransform(template: unknown, mistakes: string[]): Transform | undefined {
  if (template === undefined || template === '') return undefined;
  const path = 'TargetParameters.InputTemplate';
  if (typeof template !== 'string' || template.length > templateCharactersMax) {
    mistakes.push(`${path}: a text of at most ${templateCharactersMax} characters is needed`);
    return undefined;
  }
  const compiled = compileTransform(template);
  if (compiled.ok) return compiled.transform;
  mistakes.push(...compiled.mistakes.map((mistake) => `${path}: ${mistake}`));
  return undefined;
}
