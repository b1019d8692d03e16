import { fileURLToPath } from 'node:url';
import { EngineClock } from '@tidemark/local/clock';
import { stageOf } from '@tidemark/local/control';
import { startEngine } from '@tidemark/local/engine';
import { javaOf } from '@tidemark/local/services/dynamodb/java';
import { Failure } from '@tidemark/ops-cli/failure';

/** What the demo needs of a running engine. */
export interface DemoEngine {
  readonly endpoint: string;
  readonly stackName: string;
  readonly stage: string;
  readonly region: string;
  readonly clock: EngineClock;
  /** Engine time, milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves when a part of it ended that should run. */
  readonly failed: Promise<Error>;
  /** Whether a function runs now. */
  isBusy(): boolean;
  /** Resolves when all that is on the stream is counted and published; what gathers for that goes out at once. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Where `synth` leaves the cloud assembly. */
export const assemblyFolder = fileURLToPath(new URL('../../infra/cdk.out', import.meta.url));

/**
 * Engine seconds a second: the ten seconds for which a batch is collected pass in half a second. Functions run at their own
 * speed, and their timeouts are the wall's.
 */
const clockFactor = 20;

export interface DemoEngineOptions {
  readonly assembly: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /**
   * Engine time at which everything is created, milliseconds since the epoch; the clock then stands still until it is moved. Without
   * it, engine time is the wall's at first, and runs ahead of it.
   */
  readonly startMs?: number;
  /** Whether alarms are evaluated, once a minute of engine time. Without it, unless `startMs` is given: a clock that is set by hand passes hours at once. */
  readonly evaluateAlarms?: boolean;
  /** Gives the start up. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (step: string) => void;
  /** Something went wrong that the engine survives: a batch that failed, a fault of its own. One sentence. */
  readonly onTrouble?: (trouble: string) => void;
}

/** Starts the engine on a synthesized stack, with nothing in it, in memory and at a free port. Throws a Failure that says what is missing. */
export async function startDemoEngine(options: DemoEngineOptions): Promise<DemoEngine> {
  const { assembly, environment = {}, startMs, signal, onProgress, onTrouble } = options;
  const { evaluateAlarms = startMs === undefined } = options;
  const clock = new EngineClock(startMs === undefined ? {} : { startMs, factor: 0 });
  let isOver = false;
  const tell = (trouble: string): void => {
    if (!isOver) onTrouble?.(trouble);
  };
  const engine = await startEngine({
    ...{ assembly, clock, evaluateAlarms },
    java: javaOf(environment),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    onError: (error) => tell(`The engine failed: ${error instanceof Error ? error.message : error}`),
    onMappingEvent: ({ kind, mapping, shardId = '', reason }) =>
      tell(`${mapping.options.functionName} ${kind} ${shardId}: ${reason.replaceAll(/\s*\n\s*/g, ' ')}`),
    onPipeEvent: ({ kind, pipe, shardId = '', reason }) =>
      tell(`${pipe.identity.name} ${kind} ${shardId}: ${reason.replaceAll(/\s*\n\s*/g, ' ')}`),
    onRuleFailure: ({ ruleName, targetArn, message }) =>
      tell(`Rule ${ruleName} did not reach ${targetArn}: ${message}`),
    onNotificationFailure: ({ endpoint, message }) => tell(`${endpoint} was not told: ${message}`),
  }).catch((error: unknown) => {
    throw new Failure(error instanceof Error ? error.message : String(error), { cause: error });
  });
  if (startMs === undefined) clock.scale(clockFactor);
  return {
    clock,
    endpoint: engine.endpoint,
    stackName: engine.stackName,
    stage: stageOf(engine.stackName),
    region: engine.region,
    now: () => clock.now(),
    failed: engine.failed,
    isBusy: () => engine.host.running > 0,
    idle: () => engine.idle({ endWindows: true }),
    stop: async () => {
      isOver = true;
      // Nothing is kept: an invocation that runs is not waited for.
      await engine.host.close();
      await engine.stop();
    },
  };
}
