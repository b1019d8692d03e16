import type { PartialIdentity } from '@tidemark/core/count/partials';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import { generationOf } from '@tidemark/core/replay/timeline';

/** Live counting writes each bucket and window into the generation that the timeline says is true for it. */
export function liveIdentity(timeline: TimelineItem): PartialIdentity {
  return { generationOf: (size, startMs) => generationOf(timeline, size, startMs), writer: 'live' };
}
