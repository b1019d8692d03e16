import type { TidemarkInput } from '@tidemark/core/config/input';
import { countingFunction } from '@tidemark/core/deployment';
import type { RunOutcome } from '@tidemark/core/replay/run';
import type { Asked, Workflow } from '../../src/exactness/replay/runs.ts';
import { withAssembly } from '../assembly.ts';
import { eventsOfSecond } from '../cost/events.ts';
import { scenario } from '../cost/scenario.ts';
import type { FunctionUse, Reading } from '../metering/function-use.ts';
import { SteppedEngine } from '../metering/stepped-engine.ts';
import { DrivenRuns } from './driven-runs.ts';
import { FunctionLog } from './function-log.ts';
import { recountFunction, stepsFunction } from './run-functions.ts';

/** What a run used, whole. */
export interface RunUse {
  /** Records that it counted. */
  readonly records: number;
  /** Of them, those that came by a pipe. */
  readonly piped: number;
  /** In which it counted them. An invocation that reads the archive counts several. */
  readonly batches: number;
  readonly recount: FunctionUse;
  readonly steps: FunctionUse;
  /** The table's stream tells it of what the recount writes, too. */
  readonly publish: FunctionUse;
  readonly pipeRequests: number;
  readonly transitions: number;
}

export interface CostFound {
  readonly live: { readonly records: number; readonly count: FunctionUse; readonly publish: FunctionUse };
  readonly verify: RunUse;
  readonly replay: RunUse;
  readonly backfill: RunUse;
}

export interface CostOptions {
  /** Engine time before live counting is metered, in seconds. */
  readonly warmUpSeconds: number;
  /** Engine time for which it is: whole minutes. */
  readonly seconds: number;
}

/** As the cost bench has it, and an archive to count from. */
const configuration: TidemarkInput = {
  sources: { web: { event: { name: 'event_type', time: 'utc_timestamp' }, archive: {} } },
};

const startMs = Date.parse('2026-11-02T12:10:05Z');
const hourMs = 3_600_000;
/** Longer than the margin with which a backfill's pipe begins before the end of the archive. */
const quietMs = 10 * 60_000;

/** Has a steady stream counted, then verified, replayed and backfilled, by real handlers and state machines, and meters what each uses. */
export function costOf(options: CostOptions): Promise<CostFound> {
  return withAssembly(configuration, async (assembly) => {
    const log = new FunctionLog();
    const stepped = await SteppedEngine.start({
      assembly,
      startMs,
      onLog: log.onLog,
      pipeDelays: { readIntervalMs: 0 },
    });
    const runs = new DrivenRuns(stepped);
    try {
      const live = await countLive(stepped, options);
      // A second's records are all that the stream holds past the archive's margin.
      stepped.clock.advance(quietMs);
      await stepped.run(1, eventsOfSecond);
      await stepped.finish();
      stepped.clock.scale(1);
      const metered = (workflow: Workflow, asked: Asked, outcome: RunOutcome) =>
        meter(stepped, log, () => runs.run(workflow, asked, outcome));
      const verify = await metered('replay', { from: 'trim-horizon', verify: true }, 'equal');
      const replay = await metered('replay', { from: 'trim-horizon', force: true }, 'switched');
      const range = { from: startMs - (startMs % hourMs), toMs: startMs + 2 * hourMs };
      const backfill = await metered('backfill', { ...range, force: true }, 'switched');
      await stepped.finish();
      return { live, verify, replay, backfill };
    } finally {
      runs.close();
      await stepped.stop();
    }
  });
}

async function countLive(stepped: SteppedEngine, { warmUpSeconds, seconds }: CostOptions): Promise<CostFound['live']> {
  await stepped.run(warmUpSeconds, eventsOfSecond);
  const before = stepped.read();
  await stepped.run(seconds, eventsOfSecond);
  const after = stepped.read();
  await stepped.finish();
  const use = (name: string) => stepped.useBetween(before, after, name);
  const { source } = stepped;
  return {
    records: seconds * scenario.eventsPerSecond,
    count: use(countingFunction(source)),
    publish: use(source.publish),
  };
}

async function meter(stepped: SteppedEngine, log: FunctionLog, work: () => Promise<unknown>): Promise<RunUse> {
  const { engine, source } = stepped;
  const begin = log.recounted.length;
  const before = stepped.read();
  await work();
  await engine.mappings.idle({ endWindows: true });
  const after = stepped.read();
  const batches = log.recounted.slice(begin);
  const recordsOf = (counted: typeof batches) => counted.reduce((sum, { records }) => sum + records, 0);
  const use = (name: string) => stepped.useBetween(before, after, name);
  return {
    records: recordsOf(batches),
    piped: recordsOf(batches.filter(({ isPiped }) => isPiped)),
    batches: batches.length,
    recount: use(recountFunction(engine)),
    steps: use(stepsFunction(engine)),
    publish: use(source.publish),
    pipeRequests: pipeRequestsOf(after) - pipeRequestsOf(before),
    transitions: transitionsOf(after) - transitionsOf(before),
  };
}

function pipeRequestsOf({ meter }: Reading): number {
  return meter.pipes.reduce((sum, { requests }) => sum + requests, 0);
}

function transitionsOf({ meter }: Reading): number {
  return meter.stateMachines.reduce((sum, { transitions }) => sum + transitions, 0);
}
