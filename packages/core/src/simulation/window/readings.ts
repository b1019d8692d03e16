import type { MalformedReason } from '../../count/outcome.ts';
import type { Random } from '../../generate/random.ts';
import { aheadOfArrivalMsMax } from '../../limits.ts';
import type { SentRecord, Shard } from '../scenario.ts';
import { shardFamily } from '../shard-family.ts';

/** One part of a record: a reading, or something that no reader can read. */
export type Reading =
  | { readonly name: string; readonly timeMs: number; readonly measured: readonly number[] }
  | { readonly reason: MalformedReason };

export interface WindowRecord extends SentRecord {
  readonly parts: readonly Reading[];
}

export interface WindowShard extends Shard {
  readonly records: WindowRecord[];
}

/** What the readings of all shards have in common. */
export interface Setting {
  readonly startMs: number;
  readonly midnightMs: number;
  /** The length of a window, milliseconds. */
  readonly spanMs: number;
  readonly names: readonly string[];
  /** How many measures a reading has. */
  readonly measures: number;
}

const hourMs = 60 * 60 * 1000;

/**
 * Numbers whose plain sum depends on the order in which they are added: some lose the others' digits, some take them back. Each is a whole
 * number of 2^-60, so that the reference adds them up as integers.
 */
const figures = [0.1, 0.2, 0.3, 1 / 3, -0.7, 1, 2.5, 7, 100, 1e16, -1e16, 1e100, -1e100, 0];
/** Mostly such as a unicorn sends. */
const plainFigures = 9;

/** One or two shards, and perhaps the children of a reshard. `contents`: what the data of each record stands for. */
export function shardsOf(random: Random, setting: Setting, contents: (readonly Reading[])[]): WindowShard[] {
  return shardFamily(random, setting.startMs, (id, parents, fromMs) =>
    shardOf(random, id, parents, fromMs, setting, contents),
  );
}

function shardOf(
  random: Random,
  id: string,
  parents: readonly number[],
  fromMs: number,
  setting: Setting,
  contents: (readonly Reading[])[],
): WindowShard {
  const shard: WindowShard = { id, parents, records: [], stream: [] };
  const { spanMs, midnightMs } = setting;
  // A child may count from below its parent's numbers or from above: they do not compare.
  let sequence = random.integer(random.pick([10, 100, 900]));
  let visibleMs = fromMs;
  const gapMs = spanMs / random.pick([2, 5, 20]);
  for (let left = 1 + random.integer(random.pick([4, 10, 24])); left > 0; left -= 1) {
    sequence += 1 + random.integer(random.pick([2, 40]));
    visibleMs += Math.floor(random.fraction() * (random.fraction() < 0.1 ? 3 * spanMs : gapMs));
    // Arrivals go backwards, now and then into the window before.
    const arrivalMs = visibleMs - (random.fraction() < 0.2 ? Math.floor(random.fraction() * spanMs) : 0);
    const parts = partsOf(random, arrivalMs, setting);
    const day = arrivalMs < midnightMs ? '2026-11-02' : '2026-11-03';
    shard.records.push({ sequence, arrivalMs, visibleMs, day, parts });
    const data = String(contents.push(parts) - 1);
    shard.stream.push({ sequenceNumber: String(sequence), data, partitionKey: 'key', arrivalMs });
  }
  return shard;
}

function partsOf(random: Random, arrivalMs: number, { names, measures }: Setting): Reading[] {
  const parts: Reading[] = [];
  for (let left = random.fraction() < 0.2 ? 2 + random.integer(3) : 1; left > 0; left -= 1) {
    if (random.fraction() < 0.07) {
      parts.push({ reason: 'measure-not-a-number' });
      continue;
    }
    const measured: number[] = [];
    while (measured.length < measures) {
      measured.push(figures[random.integer(random.fraction() < 0.6 ? plainFigures : figures.length)] as number);
    }
    parts.push({ name: random.pick(names), timeMs: timeOf(random, arrivalMs), measured });
  }
  return parts;
}

/** Mostly about the arrival; some late by hours, a few too far ahead. */
function timeOf(random: Random, arrivalMs: number): number {
  const kind = random.fraction();
  if (kind < 0.8) {
    return arrivalMs - random.integer(2000);
  }
  return kind < 0.95
    ? arrivalMs - random.integer(6 * hourMs)
    : arrivalMs + aheadOfArrivalMsMax + 1 + random.integer(hourMs);
}
