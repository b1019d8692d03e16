import type { DeployedSource } from '@tidemark/core/deployment';
import type { RunItem } from '@tidemark/core/replay/run';
import type { Tables } from '../aws/dynamodb.ts';
import type { Execution, StepFunctions } from '../aws/states.ts';
import type { RunFamily } from './family.ts';
import { readRun } from './runs.ts';
import { readPositions, type ShardPosition } from './shards.ts';

/** A run, and what is known of it beyond its item. */
export interface RunView {
  readonly source: DeployedSource;
  readonly run: string;
  readonly family: RunFamily;
  /** Absent until it is prepared, and for ever where it was refused. */
  readonly item?: RunItem;
  /** Absent where Step Functions has forgotten it. */
  readonly execution?: Execution;
  /** While it recounts. */
  readonly positions: readonly ShardPosition[];
  readonly nowMs: number;
}

/** What a view is read from. */
export interface RunReach {
  readonly tables: Tables;
  readonly states: StepFunctions;
  nowMs(): Promise<number>;
}

/** Which run, the commands that show it, and its execution's ARN. */
export interface RunPlace {
  readonly source: DeployedSource;
  readonly run: string;
  readonly family: RunFamily;
  readonly execution: string;
}

const recounting: ReadonlySet<string> = new Set(['reading the archive', 'starting pipe', 'recounting']);

export async function lookAtRun({ tables, states, nowMs }: RunReach, place: RunPlace): Promise<RunView> {
  const { source, run, family } = place;
  // The execution first: whatever it wrote before it ended is then in the item.
  const execution = await states.describe(place.execution);
  const item = (await readRun(tables, source, run))?.item;
  const positions =
    item?.Generation !== undefined && recounting.has(item.Phase)
      ? await readPositions(tables, source, item.Generation)
      : [];
  return {
    ...{ source, run, family, positions, nowMs: await nowMs() },
    ...(item === undefined ? {} : { item }),
    ...(execution === undefined ? {} : { execution }),
  };
}

/**
 * `refused`: it never was prepared. `stopped`: its execution has ended, and the watchdog has not written yet how the run did.
 */
export type RunState = 'running' | 'refused' | 'stopped' | 'ended';

export function stateOf({ item, execution }: Pick<RunView, 'item' | 'execution'>): RunState {
  if (execution?.status === 'RUNNING' || execution?.status === 'PENDING_REDRIVE') return 'running';
  if (item === undefined) return 'refused';
  return item.Outcome === undefined ? 'stopped' : 'ended';
}
