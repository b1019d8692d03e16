import type { PartialKey } from '@tidemark/core/series/key';
import { encodeBucket } from '@tidemark/core/series/key';
import { encodeSequence } from '@tidemark/core/series/sequence';

export type Row = Record<string, unknown> & { readonly EventName: string; readonly Bucket: string };

export const dayMs = 24 * 60 * 60_000;
export const hourMs = 60 * 60_000;
export const minuteMs = 60_000;
/** The UTC midnight before now. */
export const midnightMs = Math.floor(Date.now() / dayMs) * dayMs;

/** An item as counting writes it; of a window with measures. */
export function row(
  name: string,
  key: Omit<PartialKey, 'name' | 'slice'> & { readonly slice?: string },
  events = 1,
): Row {
  const { slice = '000000000000' } = key;
  const sum = events * 1.25;
  return {
    EventName: name,
    Bucket: encodeBucket({ ...key, slice }),
    EventCount: events,
    LastSequence: encodeSequence(String(4_959_000_000_000 + key.startMs / 1000 + events)),
    WrittenBy: key.generation === 0 ? 'live' : 'recount',
    ...(key.size.startsWith('w')
      ? { Measures: { distance: { Count: events, Sum: sum, SumRest: [1e-17], Minimum: -0.1, Maximum: 1.25e21 } } }
      : {}),
  };
}
