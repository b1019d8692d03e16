import { rm } from 'node:fs/promises';
import { type Engine, startEngine } from '../engine.ts';
import { writeAssembly } from '../template/written-assembly.ts';

/** What conformance cases run against: the local engine, or AWS with `TIDEMARK_CONFORMANCE=aws` and the usual credentials. */
export interface Target {
  /** For the constructors of SDK clients. */
  readonly client: { readonly endpoint?: string; readonly region: string; readonly credentials?: Credentials };
  readonly isAws: boolean;
  /** The target's time, in milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** A name for a resource that no other run uses. */
  readonly name: (stem: string) => string;
  /** The engine behind it; undefined for AWS. */
  readonly engine: Engine | undefined;
  close(): Promise<void>;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Opens the target; `types` are the resource types whose services the local engine is to start. */
export async function openTarget(types: readonly string[] = []): Promise<Target> {
  const run = Math.random().toString(36).slice(2, 8);
  const name = (stem: string) => `tidemark-conformance-${run}-${stem}`;
  if (process.env.TIDEMARK_CONFORMANCE === 'aws') {
    const region = process.env.AWS_REGION ?? 'us-east-1';
    return { client: { region }, isAws: true, nowMs: () => Date.now(), name, engine: undefined, close: async () => {} };
  }
  const resources = Object.fromEntries(types.map((type, index) => [`Resource${index}`, placeholder(type)]));
  const assembly = await writeAssembly({ Resources: { Logs: { Type: 'AWS::Logs::LogGroup' }, ...resources } });
  const engine = await startEngine({ assembly });
  return {
    client: {
      endpoint: engine.endpoint,
      // Whatever region and keys are signed with.
      region: 'ap-southeast-4',
      credentials: { accessKeyId: 'any-key', secretAccessKey: 'any' },
    },
    isAws: false,
    nowMs: () => engine.clock.now(),
    name,
    engine,
    async close() {
      await engine.stop();
      await rm(assembly, { recursive: true });
    },
  };
}

/** DynamoDB is started where the template has a table, so that one is needed. */
function placeholder(type: string) {
  if (type !== 'AWS::DynamoDB::Table') return { Type: type };
  const Properties = {
    AttributeDefinitions: [{ AttributeName: 'Id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'Id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  };
  return { Type: type, Properties };
}
