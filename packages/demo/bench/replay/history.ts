import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { TidemarkInput } from '@tidemark/core/config/input';
import type { CheckpointItem, RecountCheckpointItem } from '@tidemark/core/control/checkpoint';
import { controlItems, recountOf } from '@tidemark/core/control/keys';
import { encodeSequence, type Fence } from '@tidemark/core/series/sequence';
import { withAssembly } from '../assembly.ts';
import { SteppedEngine } from '../metering/stepped-engine.ts';
import { DrivenRuns } from './driven-runs.ts';

/** What there is to catch up with. Live counting is at the tip all the while. */
export interface Backlog {
  readonly title: string;
  /** Of arrivals, in hours. */
  readonly behindHours: number;
  /** Hours of arrivals that the recount gets through in an hour. */
  readonly pace: number;
}

/** The history of an execution that waited for a recount. */
export interface HistoryFound extends Backlog {
  /** Engine time until the recount was near the tip. */
  readonly waitedHours: number;
  /** How often the execution looked where the recount is. */
  readonly looks: number;
  /** Of the whole run. */
  readonly events: number;
  /** Of the hours in which it waited for the recount. */
  readonly eventsAnHour: number;
}

const hourMs = 3_600_000;
const shardId = 'shardId-000000000000';
const startMs = Date.parse('2026-11-09T06:00:00Z');

const configuration: TidemarkInput = {
  sources: {
    web: { event: { name: 'event_type', time: 'utc_timestamp' }, stream: { shards: 1, retentionHours: 168 } },
  },
};

/**
 * A verification by the real state machine and the real steps, on a clock that jumps from wait to wait. Its pipe never begins to read: in its stead
 * the benchmark moves the checkpoints that the steps look at, as a recount at that pace and live counting at the tip would.
 */
export function historyOf(backlog: Backlog): Promise<HistoryFound> {
  return withAssembly(configuration, async (assembly) => {
    const never = 1000 * 24 * hourMs;
    const stepped = await SteppedEngine.start({ assembly, startMs, pipeDelays: { pollMs: never } });
    try {
      return await waitFor(stepped, backlog);
    } finally {
      await stepped.stop();
    }
  });
}

async function waitFor(stepped: SteppedEngine, backlog: Backlog): Promise<HistoryFound> {
  // Nothing but the run is due at any time, so that every jump is to the end of a wait.
  for (const { name } of stepped.engine.rules.list()) stepped.engine.rules.disable(name);
  const checkpoints = new Checkpoints(stepped);
  const runs = new DrivenRuns(stepped);
  let looks = 0;
  try {
    const beganMs = startMs - backlog.behindHours * hourMs;
    await checkpoints.write('count', beganMs, stepped.clock.now());
    const started = await runs.start('replay', { from: 'trim-horizon', verify: true });
    const { item, history } = await runs.end(started, 'equal', {
      mayPass: () => true,
      beforePass: async (untilMs) => {
        looks += 1;
        const recountMs = Math.min(untilMs, beganMs + backlog.pace * (untilMs - startMs));
        await checkpoints.write('count', beganMs, untilMs);
        await checkpoints.write(recountOf(1), beganMs, recountMs);
      },
    });
    const { StartedMs, ProgressMs: untilMs = StartedMs } = item;
    const waitedHours = (untilMs - StartedMs) / hourMs;
    const eventsAnHour = history.filter(({ atMs }) => atMs <= untilMs).length / waitedHours;
    return { ...backlog, waitedHours, looks, events: history.length, eventsAnHour };
  } finally {
    runs.close();
    checkpoints.close();
  }
}

class Checkpoints {
  readonly #dynamodb: DynamoDBClient;
  readonly #stepped: SteppedEngine;

  constructor(stepped: SteppedEngine) {
    this.#dynamodb = new DynamoDBClient(stepped.client);
    this.#stepped = stepped;
  }

  close(): void {
    this.#dynamodb.destroy();
  }

  /** As its owner leaves it who has read everything that arrived between these times, in milliseconds since the epoch. */
  async write(owner: Parameters<typeof controlItems.checkpoint>[0], fromMs: number, toMs: number): Promise<void> {
    const first = { FirstSequence: fenceAt(fromMs), FirstArrivalMs: fromMs };
    const last = { LastSequence: fenceAt(toMs), ArrivalMs: toMs, PreviousArrivalMs: toMs, Received: 1 };
    const item: CheckpointItem | RecountCheckpointItem = { ...first, ...last };
    const { controlTable, name } = this.#stepped.source;
    const Item = marshall({ Source: name, Item: controlItems.checkpoint(owner, shardId), ...item });
    await this.#dynamodb.send(new PutItemCommand({ TableName: controlTable, Item }));
  }
}

/** Of the one record that arrived then. */
function fenceAt(arrivalMs: number): Fence {
  return encodeSequence(`1${String(arrivalMs).padStart(20, '0')}`);
}
