import type { Floors } from '../../control/floors.ts';
import type { TimelineItem } from '../../replay/timeline.ts';
import type { SpanSize } from '../../series/key.ts';
import type { KeyRange } from '../../series/true-ranges.ts';
import { trueRanges } from '../../series/true-ranges.ts';
import { partialKeyOf } from './partial-keys.ts';

/** Which partials, by their keys, a reader looks at who goes by this timeline and these floors. */
export function visibleBy(timeline: Pick<TimelineItem, 'Ranges'>, floors: Floors): (key: string) => boolean {
  const bySize = new Map<SpanSize, readonly KeyRange[]>();
  return (text) => {
    const { name, size } = partialKeyOf(text);
    const ranges = bySize.get(size) ?? trueRanges({ timeline, floors }, size);
    bySize.set(size, ranges);
    const bucket = text.slice(name.length + 1);
    return ranges.some(({ low, high }) => low <= bucket && bucket <= high);
  };
}
