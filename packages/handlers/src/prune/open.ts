import type { Restorable } from '@tidemark/core/prune/restored';
import { openRestored } from '@tidemark/core/prune/restored';
import type { OpenAnswer, OpenCall } from '@tidemark/core/prune/steps';
import type { SpanSize } from '@tidemark/core/series/key';
import { restoredRanges } from './restored-ranges.ts';
import type { Step } from './step.ts';
import { standingRun } from './step.ts';

/** Lets readers see what was brought back, when all of it was. */
export async function open(step: Step<OpenCall>): Promise<OpenAnswer> {
  const { control, run, nowMs } = step;
  const { item } = await standingRun(step);
  const ranges: Restorable = restoredRanges(item);
  const untilMs = item.UntilMs ?? nowMs;
  await control.changeFloors((floors) => openRestored(floors, { run, ranges, untilMs }));
  return { sizes: Object.keys(ranges) as SpanSize[], untilMs };
}
