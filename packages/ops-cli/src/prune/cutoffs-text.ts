import type { SpanSize } from '@tidemark/core/series/key';
import { renderInstant } from '../render.ts';
import { entriesBySize, tellSize } from '../sizes.ts';

/** `1m before 2026-11-06`, for each size; a floor that is no midnight in full. */
export function tellCutoffs(cutoffs: Readonly<Partial<Record<SpanSize, number>>>): string[] {
  return entriesBySize(cutoffs).map(([size, floorMs]) => {
    const instant = renderInstant(floorMs);
    return `${tellSize(size)} before ${instant.endsWith('T00:00:00Z') ? instant.slice(0, 10) : instant}`;
  });
}
