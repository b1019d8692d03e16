import type { Floors, FloorsItem } from '@tidemark/core/control/floors';
import { floorsOf } from '@tidemark/core/control/floors';
import { controlItems } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import { type Cutoffs, cutoffsOf } from '@tidemark/core/prune/cutoff';
import { closeRestored } from '@tidemark/core/prune/restored';
import { raiseFloors, workedFloors } from '@tidemark/core/prune/rise';
import { runsNoLongerUndoable } from '@tidemark/core/prune/undoable';
import { pruneWork, type WorkRange } from '@tidemark/core/prune/work';
import type { SpanSize } from '@tidemark/core/series/key';
import type { Tables } from '../aws/dynamodb.ts';
import { allRuns, readTimeline } from '../replay/runs.ts';
import { sizesOf } from '../sizes.ts';

/** What is asked of a prune. */
export interface PruneAsked {
  /** In place of the configured retention. Milliseconds since the epoch. */
  readonly beforeMs?: number;
  /** Absent: every size. */
  readonly sizes?: readonly SpanSize[];
}

/** What a prune would do if it began now. */
export interface PrunePlan {
  /** As they stand. */
  readonly floors: Floors;
  /** Where they are to lie that are asked for; empty where nothing says so. */
  readonly asked: Cutoffs;
  /** The floors that it would work by, those that stand there already among them. */
  readonly cutoffs: Cutoffs;
  /** Whether it raises any. */
  readonly rises: boolean;
  /** The arrival time from which on all of them hold; absent where there are none. */
  readonly effectiveMs?: number;
  readonly work: readonly WorkRange[];
  /** Runs that can then no longer be taken back. */
  readonly noLongerUndoable: readonly string[];
}

/** As the steps of a prune do it, on what stands now. */
export async function planPrune(
  tables: Tables,
  source: DeployedSource,
  { beforeMs, sizes: only }: PruneAsked,
  nowMs: number,
): Promise<PrunePlan> {
  const [item, timeline, runs] = await Promise.all([
    tables.controlItem(source.controlTable, source.name, controlItems.floors),
    readTimeline(tables, source),
    allRuns(tables, source),
  ]);
  const { retentionMs = {} } = source;
  const sizes = sizesOf(source);
  const restriction = only === undefined ? {} : { sizes: only };
  const request = { ...restriction, ...(beforeMs === undefined ? {} : { beforeMs }) };
  const asked = cutoffsOf({ sizes, retentionMs }, request, nowMs);
  const closed = closeRestored(item as FloorsItem | undefined, nowMs, only);
  const raised = raiseFloors(closed, asked, nowMs);
  const floors = floorsOf(raised);
  const work = pruneWork({
    ...{ timeline, floors, sizes, runs, nowMs, keepReplacedMs: source.prune?.keepReplacedMs ?? 0 },
    ...(only === undefined ? {} : { only }),
  });
  const { cutoffs, effectiveMs } = workedFloors(floors, only);
  return {
    ...{ floors: floorsOf(item as FloorsItem | undefined), asked, cutoffs, rises: raised !== closed, work },
    noLongerUndoable: runsNoLongerUndoable(runs, floors, work).map(({ run }) => run),
    ...(effectiveMs === undefined ? {} : { effectiveMs }),
  };
}
