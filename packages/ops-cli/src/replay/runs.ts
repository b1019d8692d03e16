import { controlItems } from '@tidemark/core/control/keys';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { LockChange } from '@tidemark/core/replay/lock';
import { isRunId, type RunItem } from '@tidemark/core/replay/run';
import { firstTimeline, type TimelineItem, timelineKey } from '@tidemark/core/replay/timeline';
import { InvalidArgumentError } from 'commander';
import type { ControlItem, Tables } from '../aws/dynamodb.ts';
import { Failure } from '../failure.ts';
import { commandOf, type Target } from '../target.ts';
import { familyOf, type RunFamily } from './family.ts';

/** A run of a source, as its item tells it. */
export interface FoundRun {
  readonly source: DeployedSource;
  readonly run: string;
  readonly item: RunItem;
}

/** The id of a run, as an argument. */
export function parseRun(text: string): string {
  if (isRunId(text)) return text;
  throw new InvalidArgumentError('Expected the id of a run, such as 20261120T091500Z-0a1b2c3d.');
}

export async function readRun(tables: Tables, source: DeployedSource, run: string): Promise<FoundRun | undefined> {
  const item = await tables.controlItem(source.controlTable, source.name, controlItems.run(run));
  return item === undefined ? undefined : { source, run, item: withoutKeys<RunItem>(item) };
}

/** The newest runs of a family in a source, the newest first. */
export async function newestRuns(
  tables: Tables,
  source: DeployedSource,
  family: RunFamily,
  max: number,
): Promise<FoundRun[]> {
  const found: FoundRun[] = [];
  for await (const items of tables.lastControlItems(source.controlTable, source.name, controlItems.runPrefix)) {
    found.push(...items.map((item) => foundOf(source, item)).filter(({ item }) => familyOf(item.Kind) === family));
    if (found.length >= max) break;
  }
  return found.slice(0, max);
}

/** Every run of a source, the oldest first. */
export async function allRuns(tables: Tables, source: DeployedSource): Promise<FoundRun[]> {
  const items = await tables.controlItems(source.controlTable, source.name, controlItems.runPrefix);
  return items.map((item) => foundOf(source, item));
}

/** Looks for a run in every source given. Throws a Failure where none has it. */
export async function requireRun(
  target: Target,
  tables: Tables,
  sources: readonly DeployedSource[],
  run: string,
): Promise<FoundRun> {
  const found = await Promise.all(sources.map((source) => readRun(tables, source, run)));
  const first = found.find((each) => each !== undefined);
  if (first !== undefined) return first;
  const where = sources.length === 1 ? `source ${sources[0]?.name}` : `stage ${target.stage}`;
  throw new Failure(
    `${where} has no run ${run}. See which there are: ${commandOf(target)} replay list, and ${commandOf(target)} prune list`,
  );
}

export async function readTimeline(tables: Tables, source: DeployedSource): Promise<TimelineItem> {
  const item = await tables.controlItem(source.controlTable, source.name, controlItems.timeline);
  return item === undefined ? firstTimeline : withoutKeys<TimelineItem>(item);
}

/** The steps of a run change the timeline now and then, and never ten times in a row. */
const attemptsMax = 10;

/** Reads, changes and writes the timeline, again where somebody else has changed it in between. What the rules refuse is answered as it is. */
export async function changeTimeline(
  tables: Tables,
  source: DeployedSource,
  change: (item: TimelineItem) => LockChange,
): Promise<LockChange> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const read = await readTimeline(tables, source);
    const changed = change(read);
    if (!changed.ok || changed.item === read) return changed;
    const item = { ...timelineKey(source.name), ...changed.item };
    if (await tables.putVersion(source.controlTable, item, read.Version)) return changed;
  }
  throw new Error(`the timeline of ${source.name} was changed by others ${attemptsMax} times in a row`);
}

function foundOf(source: DeployedSource, item: ControlItem): FoundRun {
  return { source, run: item.Item.slice(controlItems.runPrefix.length), item: withoutKeys<RunItem>(item) };
}

/** What a run's own steps wrote is taken on trust. */
function withoutKeys<Item>(item: ControlItem): Item {
  const { Source: _, Item: __, ...rest } = item;
  return rest as unknown as Item;
}
