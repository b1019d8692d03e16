import { resolve } from 'node:path';
import type { EngineClock } from './clock.ts';
import { openDirectory } from './directory.ts';
import type { Faults } from './faults/faults.ts';
import type { AsynchronousInvocations } from './lambda/asynchronous.ts';
import type { LambdaHost, LogLine } from './lambda/host.ts';
import type { Meter } from './meter/meter.ts';
import type { AlarmActionFailure } from './services/cloudwatch/alarms/actions.ts';
import type { Alarms } from './services/cloudwatch/alarms/alarms.ts';
import type { Rules } from './services/events/rules.ts';
import type { RuleFailure } from './services/events/start.ts';
import type { PipeDelays } from './services/pipes/delays.ts';
import type { PipeEvent } from './services/pipes/pipe-event.ts';
import type { Pipes } from './services/pipes/pipes.ts';
import type { Schedules } from './services/scheduler/schedules.ts';
import type { ScheduleFailure } from './services/scheduler/start.ts';
import type { Services } from './services/services.ts';
import type { Inbox } from './services/sns/inbox.ts';
import type { NotificationFailure, Topics } from './services/sns/topics.ts';
import type { StepFunctions } from './services/states/start.ts';
import { Shutdown } from './shutdown.ts';
import type { DrainOptions } from './sources/drains.ts';
import type { MappingEvent } from './sources/mapping.ts';
import type { EventSourceMappings } from './sources/mappings.ts';
import { startParts } from './start-parts.ts';
import { chooseStack, loadAssembly } from './template/assembly.ts';
import type { Deployment } from './template/deploy.ts';

export interface EngineOptions {
  /** The folder of the cloud assembly (`cdk.out`). */
  readonly assembly: string;
  /** The stack's name; not needed where the assembly has one stack. */
  readonly stack?: string;
  /** 0, and without it: any free port. */
  readonly port?: number;
  /** Where `port` is taken, any free one. */
  readonly orAnyPort?: boolean;
  /** In which the stack is run; `us-east-1` without it. */
  readonly region?: string;
  /** Where data is kept over a restart; in memory without it. */
  readonly persist?: string;
  /** Engine time; from now on at the wall's speed without it. */
  readonly clock?: EngineClock;
  /** The Java that runs DynamoDB Local: a command or a path; `java` without it. */
  readonly java?: string;
  /**
   * How long after its end a tumbling window is closed for which nothing more came, in milliseconds of engine time; Lambda's
   * longest, 120,000, without it.
   */
  readonly windowCloseDelayMs?: number;
  /**
   * Whether a shard takes and gives no more in a second of engine time than on AWS, which all that read it share; event source
   * mappings then read once a second. False without it: as fast as it goes.
   */
  readonly enforceShardLimits?: boolean;
  /** How long pipes take to begin, change and end. */
  readonly pipeDelays?: Partial<PipeDelays>;
  /** So long after the beginning of each minute alarms are evaluated, in milliseconds of engine time; 30,000 without it. */
  readonly alarmPhaseMs?: number;
  /** Whether alarms are evaluated by themselves, or by `engine.alarms.evaluate()` alone; true without it. */
  readonly evaluateAlarms?: boolean;
  /** How long an event source mapping goes on as before when it is enabled, disabled or updated, in engine time; not at all without it. */
  readonly mappingTransitionMs?: number;
  /** Every invocation gets a new sandbox. */
  readonly freshInstances?: boolean;
  /** Functions may do what their roles allow and nothing else, which is what they may on AWS; true without it. */
  readonly enforceRoles?: boolean;
  /** Whether e-mail and HTTP(S) subscriptions stand at once; where not, their owners are asked first, as on AWS. True without it. */
  readonly confirmSubscriptions?: boolean;
  /** Gives the start up: it rejects with the signal's reason when everything that it had started is stopped. */
  readonly signal?: AbortSignal;
  /** What the engine is at while it starts, one short phrase a step. */
  readonly onProgress?: (step: string) => void;
  /** A batch failed or was given up, or a mapping cannot read its stream. */
  readonly onMappingEvent?: (event: MappingEvent) => void;
  /** The same of a pipe. */
  readonly onPipeEvent?: (event: PipeEvent) => void;
  /** A target of a rule did not take an event. */
  readonly onRuleFailure?: (failure: RuleFailure) => void;
  /** A target of a schedule did not take an invocation. */
  readonly onScheduleFailure?: (failure: ScheduleFailure) => void;
  /** A subscriber of a topic has not taken a message, and will not. */
  readonly onNotificationFailure?: (failure: NotificationFailure) => void;
  /** Something in the stack will not be here what it is on AWS, though the engine runs it. One line, told once, at the start. */
  readonly onWarning?: (message: string) => void;
  /** An alarm's action was not taken. */
  readonly onAlarmActionFailure?: (failure: AlarmActionFailure) => void;
  readonly onLog?: (line: LogLine) => void;
  /** A fault of the engine itself while it runs; the call at hand was answered with a 500. */
  readonly onError?: (error: unknown) => void;
}

/** A running stack on this machine. */
export interface Engine {
  readonly id: string;
  /** `http://127.0.0.1:PORT`: all that an AWS client needs, as `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly deployment: Deployment;
  readonly clock: EngineClock;
  readonly faults: Faults;
  readonly meter: Meter;
  readonly services: Services;
  readonly host: LambdaHost;
  readonly asynchronous: AsynchronousInvocations;
  readonly mappings: EventSourceMappings;
  readonly pipes: Pipes;
  readonly rules: Rules;
  readonly alarms: Alarms;
  readonly topics: Topics;
  /** Where e-mail and text messages arrive. */
  readonly inbox: Inbox;
  /** Of EventBridge Scheduler. */
  readonly schedules: Schedules;
  readonly stepFunctions: StepFunctions;
  /** Resolves when a part ended that should run; never while all is well. */
  readonly failed: Promise<Error>;
  /**
   * Resolves when no event source mapping and no pipe has anything left to read or to deliver, and no pipe is in transition. Batches that still gather are waited for,
   * unless they are to go out at once; tumbling windows stay open, unless they are to be closed.
   */
  idle(how?: DrainOptions): Promise<void>;
  /** Stops everything that it started, in reverse order. May be called twice. */
  stop(): Promise<void>;
}

/** Of everything that the engine runs. */
export const account = '000000000000';
const regionDefault = 'us-east-1';

/**
 * Runs a stack of a cloud assembly. Starts in order and stops in reverse; a failure on the way stops what stands and rejects:
 * TemplateRefused lists what the engine cannot run.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { region = regionDefault, persist, signal, onProgress } = options;
  onProgress?.('reading the cloud assembly');
  const stack = chooseStack(await loadAssembly(options.assembly), options.stack);
  const shutdown = new Shutdown();
  const giveUp = () => void shutdown.run().catch(() => {});
  try {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', giveUp);
    const keeping = { stackName: stack.stackName, region, account };
    const directory = persist === undefined ? undefined : openDirectory(persist, keeping);
    if (directory !== undefined) shutdown.add(async () => directory.close());
    const engine = await startParts({ options, stack, region, account, directory, shutdown });
    signal?.throwIfAborted();
    return engine;
  } catch (error) {
    await shutdown.run();
    throw signal?.aborted ? signal.reason : explained(error, persist);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/** SQLite names neither the file that it cannot read nor what to do about it, and DynamoDB Local not even that much. */
function explained(error: unknown, persist: string | undefined): unknown {
  if (persist === undefined || !(error instanceof Error) || !isDamage.test(error.message)) return error;
  const where = `The data in ${resolve(persist)} cannot be read and may be damaged`;
  return new Error(`${where}: choose another directory, or remove this one. (${error.message})`, { cause: error });
}

const isDamage = /not a database|disk image is malformed|database corruption|unknown error, exception or failure/i;
