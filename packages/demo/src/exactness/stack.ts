import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TidemarkInput } from '@tidemark/core/config/input';
import { type DeployedSource, outputKey, parseDeployedSource } from '@tidemark/core/deployment';
import { EngineClock } from '@tidemark/local/clock';
import { type Engine, type EngineOptions, startEngine } from '@tidemark/local/engine';
import type { MappingEvent } from '@tidemark/local/sources/mapping';

/** A stack that runs on the local engine: what `infra` synthesizes from a configuration, nothing replaced. */
export interface Stack {
  readonly engine: Engine;
  readonly source: (name: string) => DeployedSource;
  /** What the engine itself failed at; must stay empty. */
  readonly engineErrors: readonly unknown[];
  /** Failed deliveries, among others. */
  readonly mappingEvents: readonly MappingEvent[];
  stop(): Promise<void>;
}

const app = fileURLToPath(new URL('../../../infra/src/bin/app.ts', import.meta.url));
const dayMs = 86_400_000;
/** Whether a template agrees with CloudFormation's schemas the tests of infra look at: it takes two thirds of a synth. */
const unvalidated = JSON.stringify({ '@aws-cdk/core:validateAgainstDefaultRules': false });
/**
 * Engine seconds a second, unless told: the waits of a mapping between its retries pass quickly, while functions run at their own speed.
 */
const clockFactorDefault = 20;

export interface StackOptions extends Pick<EngineOptions, 'pipeDelays' | 'persist' | 'onLog'> {
  /** What is to become of the cloud assembly before it is started, whose folder it gets. */
  readonly change?: (assembly: string) => Promise<void>;
  /** Engine seconds a second. */
  readonly clockFactor?: number;
}

/** Synthesizes the configuration in a process of its own, as `pnpm synth` does, and starts it. */
export async function startStack(configuration: TidemarkInput, options: StackOptions = {}): Promise<Stack> {
  const { change = async () => {}, ...engineOptions } = options;
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-exactness-'));
  const discard = () => rm(folder, { recursive: true, force: true });
  try {
    const assembly = await synthesize(configuration, folder);
    await change(assembly);
    // In the morning of today, so that no run passes midnight: the day by the wall, since DynamoDB Local deletes by it what has expired.
    const stack = await startAssembly(assembly, Math.floor(Date.now() / dayMs) * dayMs + dayMs / 4, engineOptions);
    const stop = async () => {
      await stack.stop();
      await discard();
    };
    return { ...stack, stop };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** Starts what was synthesized, at an engine time in milliseconds since the epoch. */
export async function startAssembly(
  assembly: string,
  startMs: number,
  { clockFactor = clockFactorDefault, ...options }: Omit<StackOptions, 'change'> = {},
): Promise<Stack> {
  const clock = new EngineClock({ startMs, factor: clockFactor });
  const engineErrors: unknown[] = [];
  const mappingEvents: MappingEvent[] = [];
  const engine = await startEngine({
    ...options,
    // By a clock that hurries alarms would be evaluated without end, and become incidents.
    ...{ assembly, clock, evaluateAlarms: false },
    onError: (error) => engineErrors.push(error),
    onMappingEvent: (event) => mappingEvents.push(event),
  });
  const source = (name: string) => parseDeployedSource(engine.outputs[outputKey(name)] ?? '');
  return { engine, source, engineErrors, mappingEvents, stop: () => engine.stop() };
}

/** Returns the folder of the cloud assembly. */
export async function synthesize(configuration: TidemarkInput, folder: string): Promise<string> {
  const TIDEMARK_CONFIG = join(folder, 'tidemark.config.ts');
  const TIDEMARK_OUT = join(folder, 'cdk.out');
  await writeFile(TIDEMARK_CONFIG, `export default ${JSON.stringify(configuration)};\n`);
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  await promisify(execFile)(process.execPath, ['--conditions=@tidemark/source', app], {
    env: { PATH, NODE_COMPILE_CACHE, TIDEMARK_CONFIG, TIDEMARK_OUT, CDK_CONTEXT_JSON: unvalidated },
  });
  return TIDEMARK_OUT;
}
