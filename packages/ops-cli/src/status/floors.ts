import type { Floors } from '@tidemark/core/control/floors';
import { highestFloors } from '../prune/floors.ts';
import { restoredJson } from '../prune/pruned.ts';
import { renderInstant } from '../render.ts';
import { entriesBySize, tellSize } from '../sizes.ts';

/** What of a source is pruned, and what of that is there again: a line each, none where nothing is. */
export function floorLines(floors: Floors, nowMs: number): string[] {
  const pruned = entriesBySize(floors.Floors).map(([size, history]) => {
    const last = history.at(-1);
    const later =
      last === undefined || last.FromMs <= nowMs ? '' : ` (for what arrives from ${renderInstant(last.FromMs)} on)`;
    return `${tellSize(size)} before ${renderInstant(floors.highestFloor(size))}${later}`;
  });
  const restored = entriesBySize(floors.Restored ?? {}).flatMap(([size, ranges]) =>
    ranges.map(
      ({ FromMs, ToMs, UntilMs }) =>
        `restored ${tellSize(size)} from ${renderInstant(FromMs)} to ${renderInstant(ToMs)}, kept until ${renderInstant(UntilMs)} at least`,
    ),
  );
  return [...(pruned.length === 0 ? [] : [`pruned ${pruned.join(', ')}`]), ...restored];
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
