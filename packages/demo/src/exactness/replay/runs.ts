import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import {
  type DeployedSource,
  type DeployedWorkflows,
  parseDeployedWorkflows,
  workflowsOutput,
} from '@tidemark/core/deployment';
import { Random } from '@tidemark/core/generate/random';
import { type RunRequest, runId } from '@tidemark/core/replay/run';
import type { Engine } from '@tidemark/local/engine';

/** A restore is a prune's machine with `from`. */
export type Workflow = 'replay' | 'backfill' | 'undo' | 'prune';

/** What is asked for, beside who asks and of what. */
export type Asked = Omit<RunRequest, 'run' | 'source'>;

export interface StartedRun {
  readonly run: string;
  readonly executionArn: string;
  readonly request: RunRequest;
}

/** How an execution ended. */
export interface EndedRun extends StartedRun {
  readonly status: string;
  /** The name of the error that it failed with. */
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** A state in which an execution has called something. */
export interface CallingState {
  readonly state: string;
  readonly resource: string;
}

/** Starts executions of a stage's state machines for one source, as operators' tools do. */
export class Runs {
  readonly states: SFNClient;
  readonly workflows: DeployedWorkflows;
  readonly #engine: Engine;
  readonly #source: DeployedSource;
  readonly #random: Random;
  #latest: StartedRun | undefined;

  constructor(engine: Engine, source: DeployedSource, seed = 1) {
    const { endpoint, region } = engine;
    this.#engine = engine;
    this.#source = source;
    this.#random = new Random(seed);
    this.workflows = parseDeployedWorkflows(engine.outputs[workflowsOutput] ?? '');
    this.states = new SFNClient({ endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  }

  close(): void {
    this.states.destroy();
  }

  /** The run that was started last. Throws where none was. */
  get latest(): StartedRun {
    if (this.#latest === undefined) throw new Error('no run was started');
    return this.#latest;
  }

  async start(workflow: Workflow, asked: Asked): Promise<StartedRun> {
    const stateMachineArn = this.workflows[workflow];
    if (stateMachineArn === undefined) throw new Error(`the stack has no machine that does a ${workflow}`);
    const random = this.#random
      .integer(2 ** 32)
      .toString(16)
      .padStart(8, '0');
    const run = runId(this.#engine.clock.now(), random);
    const request = { ...asked, run, source: this.#source.name };
    const { executionArn = '' } = await this.states.send(
      new StartExecutionCommand({
        stateMachineArn,
        name: run,
        input: JSON.stringify(request),
      }),
    );
    this.#latest = { run, executionArn, request };
    return this.#latest;
  }

  /** Every execution that a machine was started for, the latest first. */
  async started(workflow: Workflow): Promise<StartedRun[]> {
    const started: StartedRun[] = [];
    const machine = { stateMachineArn: this.workflows[workflow] };
    for await (const { executions = [] } of paginateListExecutions({ client: this.states }, machine)) {
      for (const { name: run = '', executionArn = '' } of executions) {
        const { input = '{}' } = await this.states.send(new DescribeExecutionCommand({ executionArn }));
        started.push({ run, executionArn, request: JSON.parse(input) });
      }
    }
    return started;
  }

  /** Resolves when the execution has ended, however. */
  async ended(started: StartedRun): Promise<EndedRun> {
    await this.#engine.stepFunctions.ended(started.executionArn);
    return this.describe(started);
  }

  async describe(started: StartedRun): Promise<EndedRun> {
    const { executionArn } = started;
    const { status = '', error, cause } = await this.states.send(new DescribeExecutionCommand({ executionArn }));
    return { ...started, status, error, cause };
  }

  async stop({ executionArn }: StartedRun): Promise<void> {
    await this.states.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause: 'by an operator' }));
  }

  /** Every call that the execution made, in order, with the state that made it. */
  async calls({ executionArn }: StartedRun): Promise<CallingState[]> {
    const states = new Map<number, string>();
    const calls: CallingState[] = [];
    for await (const { events = [] } of paginateGetExecutionHistory({ client: this.states }, { executionArn })) {
      for (const { id = 0, previousEventId = 0, type, stateEnteredEventDetails, taskScheduledEventDetails } of events) {
        const state = stateEnteredEventDetails?.name ?? states.get(previousEventId) ?? '';
        states.set(id, state);
        if (type !== 'TaskScheduled') continue;
        const { resourceType = '', resource = '' } = taskScheduledEventDetails ?? {};
        calls.push({ state, resource: `${resourceType}:${resource}` });
      }
    }
    return calls;
  }
}
