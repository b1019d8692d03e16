import { type BusEvent, timeText } from './event.ts';
import { compileInputTemplate, isJson, type Variables } from './input-template.ts';
import { compileJsonPath } from './json-path.ts';

/** What a target is given of an event. */
export interface TargetInput {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

export interface InputContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** When the bus took the event, engine time. */
  readonly ingestedMs: number;
}

/** The JSON text for the target; undefined where the event gives none. */
export type MakeInput = (event: BusEvent, context: InputContext) => string | undefined;

export type InputResult =
  | { readonly ok: true; readonly make: MakeInput }
  | { readonly ok: false; readonly mistakes: readonly string[] };

const pathsMax = 100;
const templateCharactersMax = 8_192;
/** Of a path, and of a name in the map of paths. */
const pathCharactersMax = 256;

/** Without any of the three the target is given the event itself. */
export function compileTargetInput({ Input, InputPath, InputTransformer }: TargetInput): InputResult {
  const given = [Input, InputPath, InputTransformer].filter((each) => each !== undefined);
  if (given.length > 1) return refused('Input, InputPath and InputTransformer exclude each other');
  if (Input !== undefined)
    return isJson(Input) ? { ok: true, make: () => Input } : refused(`Input: ${Input} is not JSON`);
  if (InputPath !== undefined) return compileInputPath(InputPath);
  if (InputTransformer !== undefined) return compileTransformer(InputTransformer);
  return { ok: true, make: (event) => JSON.stringify(event) };
}

function compileInputPath(InputPath: string): InputResult {
  const read = compileJsonPath(InputPath, { wildcards: true });
  if (read === undefined) return refused(unsupportedPath('InputPath', InputPath));
  return { ok: true, make: (event) => JSON.stringify(read(event)) };
}

function compileTransformer({
  InputPathsMap = {},
  InputTemplate,
}: NonNullable<TargetInput['InputTransformer']>): InputResult {
  const paths = Object.entries(InputPathsMap).map(([name, path]) => ({
    name,
    path,
    read: compileJsonPath(path, { wildcards: true }),
  }));
  const mistakes = paths.flatMap(({ name, path, read }) => [
    ...(read === undefined ? [unsupportedPath(`InputTransformer.InputPathsMap.${name}`, path)] : []),
    ...(/^aws/i.test(name) || !/^[\w-]+$/.test(name)
      ? [`InputTransformer.InputPathsMap.${name}: a name has letters, digits, _ and -, and does not begin with AWS`]
      : []),
  ]);
  if (paths.length > pathsMax)
    mistakes.push(`InputTransformer.InputPathsMap: ${paths.length} are more than ${pathsMax}`);
  mistakes.push(
    ...paths
      .filter(({ name, path }) => Math.max(name.length, path.length) > pathCharactersMax)
      .map(({ name }) => `InputTransformer.InputPathsMap.${name}: more than ${pathCharactersMax} characters`),
  );
  if (InputTemplate.length > templateCharactersMax) {
    mistakes.push(`InputTransformer.InputTemplate: more than ${templateCharactersMax} characters`);
  }
  const known = new Set([...paths.map(({ name }) => name), ...Object.keys(predefined)]);
  const template = compileInputTemplate(InputTemplate, known);
  if (!template.ok) mistakes.push(...template.mistakes.map((mistake) => `InputTransformer.InputTemplate: ${mistake}`));
  if (!template.ok || mistakes.length > 0) return { ok: false, mistakes };
  return {
    ok: true,
    make: (event, context) => {
      const own = paths.map(({ name, read }) => [name, read?.(event)] as const);
      const given = Object.entries(predefined).map(([name, read]) => [name, read(event, context)] as const);
      const variables: Variables = new Map([...own, ...given]);
      const text = template.fill(variables);
      return isJson(text) ? text : undefined;
    },
  };
}

const predefined: Readonly<Record<string, (event: BusEvent, context: InputContext) => unknown>> = {
  'aws.events.rule-arn': (_, { ruleArn }) => ruleArn,
  'aws.events.rule-name': (_, { ruleName }) => ruleName,
  'aws.events.event.ingestion-time': (_, { ingestedMs }) => timeText(ingestedMs),
  'aws.events.event': ({ detail, ...event }) => event,
  'aws.events.event.json': (event) => event,
};

function unsupportedPath(where: string, path: string): string {
  return `${where}: ${path} is not supported; supported are paths such as $.detail.name, $.resources[0] and $.detail.list[*].name`;
}

function refused(mistake: string): InputResult {
  return { ok: false, mistakes: [mistake] };
}
