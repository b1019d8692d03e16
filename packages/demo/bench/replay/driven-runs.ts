import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, paginateGetExecutionHistory } from '@aws-sdk/client-sfn';
import { controlItems } from '@tidemark/core/control/keys';
import type { RunItem, RunOutcome } from '@tidemark/core/replay/run';
import { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { type Asked, Runs, type StartedRun, type Workflow } from '../../src/exactness/replay/runs.ts';
import type { SteppedEngine } from '../metering/stepped-engine.ts';

/** Of an execution's history. */
export interface HistoryEvent {
  /** `WaitStateEntered` */
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** A run that ended as it should. */
export interface DrivenRun {
  readonly item: RunItem;
  readonly history: readonly HistoryEvent[];
}

export interface Passing {
  /** Whether a wait of the execution may pass at once. */
  readonly mayPass: () => boolean | Promise<boolean>;
  /** The clock is about to go to this time, in milliseconds since the epoch. */
  readonly beforePass?: (untilMs: number) => Promise<void>;
}

/** Wall time between two looks at an execution. */
const lookMs = 10;

/** Starts runs of the one source of an engine with the real state machines, and lets their waits pass at once. */
export class DrivenRuns {
  readonly #stepped: SteppedEngine;
  readonly #runs: Runs;
  readonly #tables: Tables;

  constructor(stepped: SteppedEngine) {
    this.#stepped = stepped;
    this.#runs = new Runs(stepped.engine, stepped.source);
    this.#tables = new Tables(stepped.client);
  }

  close(): void {
    this.#runs.close();
    this.#tables.close();
  }

  start(workflow: Workflow, asked: Asked): Promise<StartedRun> {
    return this.#runs.start(workflow, asked);
  }

  async run(workflow: Workflow, asked: Asked, outcome: RunOutcome): Promise<DrivenRun> {
    return this.end(await this.start(workflow, asked), outcome);
  }

  /** Until the execution has ended. Throws where it has not ended with this outcome. */
  async end(started: StartedRun, outcome: RunOutcome, passing: Passing = this.#atRest()): Promise<DrivenRun> {
    let isOver = false;
    const ended = this.#runs.ended(started).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      if ((await this.#isWaiting(started)) && (await passing.mayPass())) await this.#pass(passing);
      await Promise.race([ended, sleep(lookMs)]);
    }
    const { status, error, cause } = await ended;
    const item = await this.item(started);
    if (status !== 'SUCCEEDED' || item.Outcome !== outcome) {
      const found = JSON.stringify(item.Compared);
      throw new Error(`${started.run} was to end ${outcome}: ${item.Outcome ?? status}, ${found}, ${error}: ${cause}`);
    }
    return { item, history: await this.#history(started) };
  }

  async item(started: StartedRun): Promise<RunItem> {
    const item = await this.itemOf(started);
    if (item === undefined) throw new Error(`no run ${started.run}`);
    return item;
  }

  /** Undefined before the run was prepared. */
  async itemOf({ run }: StartedRun): Promise<RunItem | undefined> {
    const { controlTable, name } = this.#stepped.source;
    const item = await this.#tables.controlItem(controlTable, name, controlItems.run(run));
    return item as unknown as RunItem | undefined;
  }

  /** What takes wall time is given it: no function runs, and no pipe has anything to read. */
  #atRest(): Passing {
    return {
      mayPass: async () => {
        await this.#stepped.settled();
        return this.#stepped.engine.pipes.isIdle();
      },
    };
  }

  async #isWaiting({ executionArn }: StartedRun): Promise<boolean> {
    const latest = { executionArn, reverseOrder: true, maxResults: 1 };
    const { events = [] } = await this.#runs.states.send(new GetExecutionHistoryCommand(latest));
    return events[0]?.type === 'WaitStateEntered';
  }

  /** To whatever is due next, of anyone. */
  async #pass({ beforePass }: Passing): Promise<void> {
    const { clock } = this.#stepped;
    const untilMs = clock.nextDueMs;
    if (!Number.isFinite(untilMs)) return;
    await beforePass?.(untilMs);
    clock.advance(Math.max(0, untilMs - clock.now()));
  }

  async #history({ executionArn }: StartedRun): Promise<HistoryEvent[]> {
    const history: HistoryEvent[] = [];
    const paging = { client: this.#runs.states, pageSize: 1000 };
    for await (const { events = [] } of paginateGetExecutionHistory(paging, { executionArn })) {
      history.push(...events.map(({ type = '', timestamp }) => ({ type, atMs: timestamp?.getTime() ?? 0 })));
    }
    return history;
  }
}
