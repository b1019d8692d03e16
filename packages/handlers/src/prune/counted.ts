import type { CheckpointItem } from '@tidemark/core/control/checkpoint';
import type { CountedAnswer, CountedCall } from '@tidemark/core/prune/steps';
import { arrivalDisorderMs } from '@tidemark/core/replay/first-bucket';
import { isStalled } from '@tidemark/core/replay/progress';
import type { RunItem, ShardArrivals } from '@tidemark/core/replay/run';
import { decodeSequence } from '@tidemark/core/series/sequence';
import type { ShardPlace } from '../aws/kinesis.ts';
import { inParallel } from '../parallel.ts';
import { StepFailure } from '../runs/failure.ts';
import type { Step } from './step.ts';
import { standingRun } from './step.ts';

const pauseSecondsMin = 5;
const pauseSecondsMax = 300;
/** Each look comes after a twentieth of the time that the run has waited so far: a day's waiting is some two hundred looks. */
const looksPerWait = 20;
/** Shards that an answer names, at most. */
const namedMax = 10;

/** A shard that counting has not brought so far yet, as its checkpoints say. */
interface Behind {
  readonly place: ShardPlace;
  /** Of the consumer that is furthest behind; absent where one has not begun with the shard. */
  readonly checkpoint?: CheckpointItem;
}

/** Whether everything is counted that arrived before the floors were in force: nothing below them is written any more, but by who began before. */
export async function counted(step: Step<CountedCall>): Promise<CountedAnswer> {
  const { stream, signal } = step;
  const { item } = await standingRun(step);
  const { EffectiveMs } = item;
  if (EffectiveMs === undefined) return { counted: true, waitSeconds: 0, waiting: [] };
  // Arrivals go backwards a little: behind a record that the new floors decide of may lie one that the old ones do.
  const throughMs = EffectiveMs + arrivalDisorderMs;
  // A shard that is idle now may get a record yet that the old floors decide of.
  const aheadSeconds = Math.ceil((throughMs - Date.now()) / 1000);
  if (aheadSeconds > 0) return { counted: false, waitSeconds: aheadSeconds, waiting: [] };
  const behind = await shardsBehind(step, throughMs);
  const looks = await stream.looksAt(
    behind.map(({ place }) => place),
    signal,
  );
  const waiting = behind.filter(({ place }) => {
    const look = looks.get(place.shardId);
    return look !== 'none' && (look === undefined || look === 'unknown' || look.arrivalMs < throughMs);
  });
  if (waiting.length === 0) return { counted: true, waitSeconds: 0, waiting: [] };
  await tellProgress(step, item, waiting);
  const waitedSeconds = (Date.now() - throughMs) / 1000;
  const waitSeconds = Math.min(Math.max(Math.ceil(waitedSeconds / looksPerWait), pauseSecondsMin), pauseSecondsMax);
  return { counted: false, waitSeconds, waiting: waiting.slice(0, namedMax).map(({ place }) => place.shardId) };
}

/** Every shard that may hold a record from before that is not counted. One that has left the stream has none that ever could be. */
async function shardsBehind(
  { control, stream, settings, signal }: Step<CountedCall>,
  arrivalMs: number,
): Promise<Behind[]> {
  const { consumers } = settings;
  const checkpoints = await inParallel(consumers, (consumer) => control.checkpoints(consumer));
  const listed = await stream.shards(signal);
  return [...listed.keys()].sort().flatMap((shardId): Behind[] => {
    const ofShard = checkpoints.map((each) => each.get(shardId));
    const short = ofShard.filter((checkpoint) => checkpoint === undefined || checkpoint.ArrivalMs < arrivalMs);
    if (short.length === 0) return [];
    const furthest = short.reduce((one, other) =>
      one === undefined || other === undefined ? undefined : one.LastSequence < other.LastSequence ? one : other,
    );
    if (furthest === undefined) return [{ place: { shardId, at: 'TRIM_HORIZON' } }];
    const sequenceNumber = decodeSequence(furthest.LastSequence);
    return [{ place: { shardId, at: 'AFTER_SEQUENCE_NUMBER', sequenceNumber }, checkpoint: furthest }];
  });
}

/** Throws `Stalled` where nothing has moved for too long. */
async function tellProgress(
  { control, run }: Step<CountedCall>,
  item: RunItem,
  waiting: readonly Behind[],
): Promise<void> {
  const Progress: Record<string, ShardArrivals> = Object.fromEntries(
    waiting.map(({ place, checkpoint }) => [
      place.shardId,
      checkpoint === undefined ? {} : { Live: checkpoint.ArrivalMs },
    ]),
  );
  const ProgressMs = Date.now();
  const hasMoved = item.Progress === undefined || telling(item.Progress) !== telling(Progress);
  const now = { Progress, ProgressMs, MovedMs: hasMoved ? ProgressMs : (item.MovedMs ?? ProgressMs) };
  if (isStalled(now, ProgressMs)) {
    const since = new Date(now.MovedMs).toISOString();
    throw new StepFailure(
      'Stalled',
      `counting has not moved since ${since} on ${Object.keys(Progress).sort().join(', ')}`,
    );
  }
  await control.setRun(run, now);
}

/** The same for the same progress, in whatever order DynamoDB gives its members. */
function telling(progress: Readonly<Record<string, ShardArrivals>>): string {
  return JSON.stringify(
    Object.entries(progress)
      .map(([id, { Live }]) => [id, Live])
      .sort(),
  );
}
