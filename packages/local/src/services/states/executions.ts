import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Clock } from '../../clock.ts';
import type { Meter } from '../../meter/meter.ts';
import type { ExecutionContext } from '../../states/context-object.ts';
import type { StateMachineDefinition } from '../../states/definition.ts';
import { type ExecutionOptions, type ExecutionOutcome, runExecution, Stopped } from '../../states/execution.ts';
import type { MapRunner } from '../../states/map-runner.ts';
import type { Progress } from '../../states/progress.ts';
import type { TaskRunner } from '../../states/task-runner.ts';
import type { TaskTokens } from '../../states/task-tokens.ts';
import { stateMachineNameIn } from './arn.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { causeOfEnd, executionDoesNotExist, serviceUnavailable } from './failures.ts';
import type { StateMachine } from './machine.ts';
import type { StatesMetrics } from './states-metrics.ts';
import { changeOf, type StatusChanges } from './status-change.ts';
import type { ExecutionStore } from './store.ts';
import { TransitionCounter } from './transitions.ts';

/** Who performs the tasks, the tokens and the distributed maps of one execution. */
export interface Performers {
  readonly tasks: TaskRunner;
  readonly tokens: Pick<TaskTokens, 'open'>;
  readonly maps: MapRunner;
}

export interface ExecutionsOptions {
  readonly store: ExecutionStore;
  readonly clock: Clock;
  readonly changes: StatusChanges;
  readonly meter: Meter;
  readonly metrics: StatesMetrics;
  /** `progress` is where a redrive goes on. */
  readonly performers: (record: ExecutionRecord, machine: StateMachine, progress?: Progress) => Performers;
  /** A fault of the engine itself. */
  readonly onError: (error: unknown) => void;
}

/** What is to be run. */
export interface NewExecution {
  readonly machine: StateMachine;
  readonly record: ExecutionRecord;
  readonly definition: StateMachineDefinition;
  /** Stops it. */
  readonly signal?: AbortSignal;
  readonly redrive?: ExecutionOptions['redrive'];
}

interface Running {
  readonly controller: AbortController;
  readonly ended: Promise<ExecutionRecord>;
}

/** How long after its end an execution can be redriven. */
export const redrivableMs = 14 * 86_400_000;

/** What a redrive needs of an execution that has stopped. */
interface Stopping {
  readonly stoppedMs: number;
  readonly isChild: boolean;
  readonly machine: StateMachine;
  readonly definition: StateMachineDefinition;
  readonly progress: Progress;
}

/** Runs executions and keeps what becomes of them. */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #running = new Map<string, Running>();
  readonly #stopped = new Map<string, Stopping>();
  #closing = false;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  /** Throws ExecutionDoesNotExist. */
  get(executionArn: string): ExecutionRecord {
    const record = this.#options.store.find(executionArn);
    if (record === undefined) throw executionDoesNotExist(executionArn);
    return record;
  }

  /** Runs a new execution, or one that is redriven; its first event is recorded when this returns. */
  run(execution: NewExecution): ExecutionRecord {
    const { store, onError } = this.#options;
    const { record, redrive, signal } = execution;
    if (this.#closing) throw serviceUnavailable();
    if (redrive === undefined) store.add(record);
    else store.update(record);
    const controller = new AbortController();
    const forward = () => controller.abort(signal?.reason);
    if (signal?.aborted) forward();
    signal?.addEventListener('abort', forward, { once: true });
    this.#tell(record);
    if (redrive === undefined && this.#isReported(record)) this.#options.metrics.started(record);
    const ended = this.#run(execution, controller.signal).finally(() => {
      signal?.removeEventListener('abort', forward);
      this.#running.delete(record.executionArn);
    });
    ended.catch(onError);
    this.#running.set(record.executionArn, { controller, ended });
    return record;
  }

  /** Resolves with the execution as it ended. Throws ExecutionDoesNotExist. */
  async ended(executionArn: string): Promise<ExecutionRecord> {
    return (await this.#running.get(executionArn)?.ended) ?? this.get(executionArn);
  }

  /** Nothing happens to one that has ended. Resolves when it has. */
  async stop(executionArn: string, stopped: { readonly error?: string; readonly cause?: string }): Promise<void> {
    const running = this.#running.get(executionArn);
    running?.controller.abort(new Stopped(stopped));
    // A failure to keep it is reported where it was run.
    await running?.ended.catch(() => {});
  }

  /** Whether the engine knows where it stopped. */
  canResume(executionArn: string): boolean {
    return this.#stopped.has(executionArn);
  }

  /** Whether nothing will go on with it: it has succeeded, or stopped too long ago. */
  isOver(executionArn: string): boolean {
    return !this.#running.has(executionArn) && !this.#stopped.has(executionArn);
  }

  /** Nobody will go on with it. */
  forget(executionArn: string): void {
    this.#stopped.delete(executionArn);
  }

  /** Goes on with one that has stopped, at the state where it did. Throws for one that cannot be resumed. */
  redrive(record: ExecutionRecord, signal?: AbortSignal): ExecutionRecord {
    const { store, clock } = this.#options;
    const stopping = this.#stopped.get(record.executionArn);
    if (stopping === undefined) throw new Error(`Nobody knows where ${record.executionArn} stopped`);
    const { machine, definition, progress } = stopping;
    const { output: _, error: __, cause: ___, stoppedMs: ____, ...rest } = record;
    const count = record.redriveCount + 1;
    const redriven = { ...rest, status: 'RUNNING', redriveCount: count, redrivenMs: clock.now() } as const;
    const redrive = { progress, lastEventId: store.lastEventId(record.executionArn), count };
    return this.run({ machine, record: redriven, definition, redrive, ...(signal === undefined ? {} : { signal }) });
  }

  /** Stops all that run, of one machine or of all; nobody is told. */
  async close(stateMachineArn?: string): Promise<void> {
    this.#closing = true;
    const name = stateMachineArn === undefined ? undefined : stateMachineNameIn(stateMachineArn);
    const arns = [...this.#running.keys()].filter((arn) => name === undefined || stateMachineNameIn(arn) === name);
    await Promise.all(arns.map((arn) => this.stop(arn, { cause: causeOfEnd })));
  }

  async #run({ machine, record, definition, redrive }: NewExecution, signal: AbortSignal): Promise<ExecutionRecord> {
    const { store, clock, meter, performers } = this.#options;
    const transitions = new TransitionCounter();
    const outcome = await runExecution({
      ...{ definition, clock, signal, input: JSON.parse(record.input) as unknown, context: contextOf(record) },
      ...performers(record, machine, redrive?.progress),
      history: (event: HistoryEvent) => {
        store.addEvent(record.executionArn, event);
        meter.transitions(machine.name, transitions.count(event));
      },
      ...(redrive === undefined ? {} : { redrive }),
    });
    const ended = endOf(record, outcome, clock.now());
    this.#stopped.delete(record.executionArn);
    if (outcome.status !== 'SUCCEEDED') {
      const stopped = { stoppedMs: clock.now(), isChild: record.mapRunArn !== undefined };
      this.#stopped.set(record.executionArn, { machine, definition, progress: outcome.progress, ...stopped });
    }
    this.#forgetOld();
    store.update(ended);
    this.#tell(ended);
    if (this.#isReported(ended)) this.#options.metrics.ended(ended);
    return ended;
  }

  /** Nobody goes on with what stopped too long ago. Children are their map run's to forget. */
  #forgetOld(): void {
    const beforeMs = this.#options.clock.now() - redrivableMs;
    for (const [executionArn, { stoppedMs, isChild }] of this.#stopped) {
      // In the order in which they stopped: the others are younger.
      if (stoppedMs >= beforeMs) break;
      if (!isChild) this.#stopped.delete(executionArn);
    }
  }

  #tell(record: ExecutionRecord): void {
    if (!this.#isReported(record)) return;
    this.#options.changes.tell(changeOf(record, this.#options.clock.now()));
  }

  /** Neither children of distributed maps are, nor what the engine's end ends. */
  #isReported({ mapRunArn }: ExecutionRecord): boolean {
    return !this.#closing && mapRunArn === undefined;
  }
}

function contextOf(record: ExecutionRecord): ExecutionContext {
  const { executionArn, name, input, roleArn, startedMs, stateMachineArn, redriveCount, redrivenMs } = record;
  return {
    Execution: {
      ...{ Id: executionArn, Name: name, Input: JSON.parse(input) as unknown, RoleArn: roleArn },
      StartTime: new Date(startedMs).toISOString(),
      RedriveCount: redriveCount,
      ...(redrivenMs === undefined ? {} : { RedriveTime: new Date(redrivenMs).toISOString() }),
    },
    StateMachine: { Id: stateMachineArn, Name: stateMachineArn.split(':').slice(6).join(':') },
  };
}

function endOf(record: ExecutionRecord, outcome: ExecutionOutcome, stoppedMs: number): ExecutionRecord {
  const { status } = outcome;
  if (status === 'SUCCEEDED') return { ...record, status, stoppedMs, output: JSON.stringify(outcome.output) };
  return { ...record, status, stoppedMs, error: outcome.error, cause: outcome.cause };
}
