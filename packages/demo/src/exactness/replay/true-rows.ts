import { decodeBucket, encodeBucket } from '@tidemark/core/series/key';
import type { Item } from '../found.ts';
import type { FoundItems } from '../world.ts';

interface Entry {
  readonly FromMs: number;
  readonly Generation: number;
}

/** Of a run, of the timeline, of a recount: what only operators' tools and the steps of runs read. */
const operational = /^(TIMELINE|RUN#.*|CHECKPOINT#recount-\d{4}#.*|LEDGER#recount-\d{4}#.*)$/;

/**
 * What is true, in the words of a source that was never recounted: of all partials those that the timeline names, as if live counting
 * had written them into generation 0, and of the Control table what counting alone leaves there.
 */
export function asCounted({ partials, control }: FoundItems): FoundItems {
  return {
    partials: trueRows(partials, control).map(({ Bucket, Recounted: _, ...row }) => ({
      ...row,
      Bucket: encodeBucket({ ...decodeBucket(String(Bucket)), generation: 0 }),
      WrittenBy: isWriter(row) ? 'live' : row.WrittenBy,
    })),
    control: control.filter(({ Item }) => !operational.test(String(Item))),
  };
}

/** The partials whose generation is the true one of their bucket, as they stand in the table. */
export function trueRows(partials: readonly Item[], control: readonly Item[]): Item[] {
  const ranges = (control.find(({ Item }) => Item === 'TIMELINE')?.Ranges ?? {}) as Record<string, readonly Entry[]>;
  return partials.filter(({ Bucket }) => {
    const { size, generation, startMs } = decodeBucket(String(Bucket));
    const entries = (ranges[size] ?? []).filter(({ FromMs }) => FromMs <= startMs);
    const latest = entries.reduce((last, entry) => (entry.FromMs >= last.FromMs ? entry : last), beginning);
    return generation === latest.Generation;
  });
}

const beginning: Entry = { FromMs: Number.NEGATIVE_INFINITY, Generation: 0 };

function isWriter({ WrittenBy }: Item): boolean {
  return WrittenBy === 'live' || WrittenBy === 'recount';
}
