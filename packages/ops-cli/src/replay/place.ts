import type { DeployedSource } from '@tidemark/core/deployment';
import type { Tables } from '../aws/dynamodb.ts';
import { executionArn, type StepFunctions } from '../aws/states.ts';
import { Failure } from '../failure.ts';
import { chooseSource, commandOf, requireWorkflows, type Target } from '../target.ts';
import { familyOf, type RunFamily } from './family.ts';
import { newestRuns, readRun, readTimeline } from './runs.ts';
import type { RunPlace } from './view.ts';

/** What a place is looked up with. */
export interface PlaceReach {
  readonly tables: Tables;
  readonly states: Pick<StepFunctions, 'describe'>;
}

/** Where a run is: in the source that is named, or in whichever has it. Throws a Failure where none has. */
export async function placeOfRun(
  target: Target,
  { tables, states }: PlaceReach,
  name: string | undefined,
  run: string,
): Promise<RunPlace> {
  const sources = name === undefined ? target.sources : [chooseSource(target, name)];
  for (const source of sources) {
    const found = await readRun(tables, source, run);
    if (found !== undefined) return { source, run, family: familyOf(found.item.Kind), execution: found.item.Execution };
  }
  return placeOfExecution(target, states, name, run);
}

/**
 * Of a run without an item, which is about to be prepared, or was refused: its execution says of which source it is. Throws a Failure
 * where that is not the one that is named.
 */
export async function placeOfExecution(
  target: Pick<Target, 'stage' | 'sources' | 'workflows' | 'endpoint' | 'client'>,
  states: Pick<StepFunctions, 'describe'>,
  name: string | undefined,
  run: string,
): Promise<RunPlace> {
  const { replay, backfill, undo, prune } = requireWorkflows(target);
  for (const machine of [replay, backfill, undo, prune].filter((each) => each !== undefined)) {
    const execution = await states.describe(executionArn(machine, run));
    if (execution === undefined) continue;
    const own = sourceIn(execution.input);
    if (name !== undefined && own !== name) throw new Failure(`run ${run} is not of source ${name}, but of ${own}`);
    const source = target.sources.find((each) => each.name === own);
    if (source === undefined)
      throw new Failure(`run ${run} is of source ${own}, which stage ${target.stage} does not have`);
    return { source, run, family: machine === prune ? 'prune' : 'replay', execution: execution.arn };
  }
  throw new Failure(
    `There is no run ${run}. See which there are: ${commandOf(target)} replay list, and ${commandOf(target)} prune list`,
  );
}

/** The run of a family that has a lock, or its newest. Throws a Failure where there was none yet. */
export async function newestPlace(
  tables: Tables,
  sources: readonly DeployedSource[],
  family: RunFamily,
): Promise<RunPlace> {
  const locked = await Promise.all(
    sources.map(async (source) => ({ source, lock: (await readTimeline(tables, source)).Lock })),
  );
  const held = locked.find(({ lock }) => lock !== undefined && familyOf(lock.Kind) === family);
  if (held?.lock !== undefined)
    return { source: held.source, run: held.lock.Run, family, execution: held.lock.Execution };
  const newest = (await Promise.all(sources.map((source) => newestRuns(tables, source, family, 1)))).flat();
  const [last] = newest.sort((one, other) => (one.run < other.run ? 1 : -1));
  if (last === undefined) throw new Failure('There was no run yet.');
  return { source: last.source, run: last.run, family, execution: last.item.Execution };
}

/** The source in the input of a run's execution; a text for people where there is none. */
function sourceIn(input: string | undefined): string {
  const read: unknown = input === undefined ? undefined : JSON.parse(input);
  const source = typeof read === 'object' && read !== null && 'source' in read ? read.source : undefined;
  return typeof source === 'string' ? source : 'no source';
}
