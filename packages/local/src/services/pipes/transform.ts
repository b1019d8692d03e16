import { compileInputTemplate, isJson } from '../events/input-template.ts';
import { compileJsonPath } from '../events/json-path.ts';

/** What a template can say of the pipe itself. */
export interface PipeNames {
  readonly pipeArn: string;
  readonly pipeName: string;
  readonly sourceArn: string;
  readonly targetArn: string;
}

/** One record on its way: as the pipe has it, with its data in base64, and what the data are. */
export interface TransformedRecord {
  readonly record: Readonly<Record<string, unknown>>;
  readonly data: Buffer;
  /** Engine time. */
  readonly ingestedMs: number;
}

/** The JSON text of what the target gets of a record. */
export type Transform = (record: TransformedRecord, names: PipeNames) => string;

export type TransformResult =
  | { readonly ok: true; readonly transform: Transform }
  | { readonly ok: false; readonly mistakes: readonly string[] };

/** Characters that an input template may have. */
export const templateCharactersMax = 8_192;

type Read = (record: TransformedRecord, names: PipeNames) => unknown;

/**
 * Compiles an `InputTemplate`: JSON with placeholders `<$.path>` and `<aws.pipes.pipe-arn>`, filled for each record by itself.
 * `<$.data>` and paths into it see data that are JSON decoded, as Pipes does; other data stay in base64.
 */
export function compileTransform(template: string): TransformResult {
  const names = [...template.matchAll(/<([^<>"\s]+)>/g)].map(([, name]) => name ?? '');
  const readers = new Map<string, Read>();
  for (const name of names) {
    const read = reserved[name] ?? readerOf(name);
    if (read !== undefined) readers.set(name, read);
  }
  const compiled = compileInputTemplate(template, new Set(readers.keys()));
  if (!compiled.ok) {
    const supported = `supported are paths such as <$.data.name> and ${Object.keys(reserved)
      .map((name) => `<${name}>`)
      .join(', ')}`;
    return { ok: false, mistakes: compiled.mistakes.map((mistake) => `${mistake}; ${supported}`) };
  }
  return {
    ok: true,
    transform: (record, pipe) => {
      const text = compiled.fill(new Map([...readers].map(([name, read]) => [name, read(record, pipe)])));
      // What an object within quotes leaves is no JSON: it is passed on as a text.
      return isJson(text) ? text : JSON.stringify(text);
    },
  };
}

const reserved: Readonly<Record<string, Read>> = {
  'aws.pipes.pipe-arn': (_, { pipeArn }) => pipeArn,
  'aws.pipes.pipe-name': (_, { pipeName }) => pipeName,
  'aws.pipes.source-arn': (_, { sourceArn }) => sourceArn,
  'aws.pipes.target-arn': (_, { targetArn }) => targetArn,
  'aws.pipes.event.ingestion-time': ({ ingestedMs }) => new Date(ingestedMs).toISOString(),
  'aws.pipes.event': ({ record }) => record,
  'aws.pipes.event.json': decoded,
};

function readerOf(path: string): Read | undefined {
  const read = compileJsonPath(path);
  if (read === undefined) return undefined;
  if (!/^\$\.data(?![\w\-/])/.test(path)) return ({ record }) => read(record);
  return (record) => read(decoded(record));
}

/** The record with its data as JSON, where they are. */
function decoded({ record, data }: TransformedRecord): Readonly<Record<string, unknown>> {
  try {
    return { ...record, data: JSON.parse(data.toString('utf8')) as unknown };
  } catch {
    return record;
  }
}
