import { fileURLToPath } from 'node:url';
import { EngineClock } from '@tidemark/local/clock';
import { stageOf } from '@tidemark/local/control';
import { startEngine } from '@tidemark/local/engine';

/** What the demo needs of a running engine. */
export interface DemoEngine {
  readonly endpoint: string;
  readonly stage: string;
  readonly region: string;
  /** Engine time, milliseconds since the epoch. */
  readonly now: () => number;
  stop(): Promise<void>;
}

/** Where `synth` leaves the cloud assembly; `TIDEMARK_OUT` names another place. */
const assemblyFolder = fileURLToPath(new URL('../../infra/cdk.out', import.meta.url));
/**
 * Engine seconds a second: the ten seconds for which a batch is collected pass in half a second. Functions run at their own
 * speed, and their timeouts are the wall's.
 */
const clockFactor = 20;

export interface DemoEngineOptions {
  /** The folder of the cloud assembly; the one that `synth` leaves without it. */
  readonly assembly?: string | undefined;
  readonly onProgress?: (step: string) => void;
  /** A fault of the engine itself. */
  readonly onError: (error: unknown) => void;
}

/** Starts the engine on the synthesized stack, with nothing in it, in memory and at a free port. */
export async function startDemoEngine({
  assembly = assemblyFolder,
  ...options
}: DemoEngineOptions): Promise<DemoEngine> {
  const clock = new EngineClock();
  const engine = await startEngine({ assembly, clock, ...options });
  clock.scale(clockFactor);
  return {
    endpoint: engine.endpoint,
    stage: stageOf(engine.stackName),
    region: engine.region,
    now: () => clock.now(),
    stop: () => engine.stop(),
  };
}
