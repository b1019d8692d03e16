import type { Floors } from '@tidemark/core/control/floors';
import { highestFloors } from '../prune/floors.ts';
import { restoredJson } from '../prune/pruned.ts';
import { renderInstant } from '../render.ts';
import { entriesBySize, tellSize } from '../sizes.ts';

/** What of a source is pruned, and what of that is there again: a line each, none where nothing is. */
export function floorLines(floors: Floors, nowMs: number): string[] {
  const sizes = Map.groupBy(entriesBySize(floors.Floors), ([size, history]) => {
    const { FromMs = 0 } = history.at(-1) ?? {};
    const later = FromMs <= nowMs ? '' : `, for what arrives from ${renderInstant(FromMs)} on`;
    return `before ${renderInstant(floors.highestFloor(size))}${later}`;
  });
  const pruned = [...sizes].map(
    ([when, alike]) => `pruned ${when}: ${alike.map(([size]) => tellSize(size)).join(', ')}`,
  );
  const restored = entriesBySize(floors.Restored ?? {}).flatMap(([size, ranges]) =>
    ranges.map(
      ({ FromMs, ToMs, UntilMs }) =>
        `restored ${tellSize(size)} from ${renderInstant(FromMs)} to ${renderInstant(ToMs)}, kept until ${renderInstant(UntilMs)} at least`,
    ),
  );
  return [...pruned, ...restored];
}

/** For a program: `prunedBefore` by size, and `restored`; neither where there is none. */
export function floorsJson(floors: Floors): Readonly<Record<string, unknown>> {
  const before = entriesBySize(highestFloors(floors)).map(([size, floorMs]) => [size, renderInstant(floorMs)]);
  const restored = entriesBySize(floors.Restored ?? {}).flatMap(([size, ranges]) =>
    ranges.map((range) => ({ size, ...restoredJson(range) })),
  );
  return {
    ...(before.length === 0 ? {} : { prunedBefore: Object.fromEntries(before) }),
    ...(restored.length === 0 ? {} : { restored }),
  };
}
