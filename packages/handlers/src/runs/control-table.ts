import type { CatalogueItem } from '@tidemark/core/control/catalogue';
import { catalogueKey } from '@tidemark/core/control/catalogue';
import type { CheckpointItem, RecountCheckpointItem } from '@tidemark/core/control/checkpoint';
import type { Floors, FloorsItem } from '@tidemark/core/control/floors';
import { floorsKey, floorsOf } from '@tidemark/core/control/floors';
import type { Recount, StreamReader } from '@tidemark/core/control/keys';
import { controlItems, recountOf } from '@tidemark/core/control/keys';
import { floorsVersion } from '@tidemark/core/prune/floors-change';
import type { PastRun } from '@tidemark/core/prune/needed';
import type { LockChange } from '@tidemark/core/replay/lock';
import type { RunItem } from '@tidemark/core/replay/run';
import { runKey } from '@tidemark/core/replay/run';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import { firstTimeline, timelineKey } from '@tidemark/core/replay/timeline';
import { correctingSinceMs } from '@tidemark/core/replay/watchdog';
import { otherSeries } from '@tidemark/core/series/partial';
import type { Fence } from '@tidemark/core/series/sequence';
import type { DynamoDB, Item, Update } from '../aws/dynamodb.ts';
import { failureOf } from './failure.ts';

/** Besides the run only an operator who cancels and the watchdog change a timeline that is locked: a conflict is rare, two in a row are rarer. */
const attemptsMax = 10;
const pageItems = 1000;

/** What the steps of a run read and write of the Control table, of one source. Every read is consistent. */
export class ControlTable {
  readonly #dynamodb: DynamoDB;
  readonly #table: string;
  readonly #source: string;
  readonly #signal: AbortSignal;

  constructor(dynamodb: DynamoDB, table: string, source: string, signal: AbortSignal) {
    this.#dynamodb = dynamodb;
    this.#table = table;
    this.#source = source;
    this.#signal = signal;
  }

  async timeline(): Promise<TimelineItem> {
    const item = await this.#dynamodb.get(this.#table, timelineKey(this.#source), this.#signal);
    if (item === undefined) return firstTimeline;
    const { Source: _, Item: __, ...timeline } = item;
    return timeline as unknown as TimelineItem;
  }

  /**
   * Reads, changes and writes the timeline, again where somebody else has changed it in between. An answer that was lost
   * is found as a change that was made. What the rules refuse is answered as it is.
   */
  async tryToChange(change: (item: TimelineItem) => LockChange): Promise<LockChange> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const read = await this.timeline();
      const changed = change(read);
      if (!changed.ok || changed.item === read) return changed;
      const outcome = await this.#dynamodb.update(this.#putTimeline(read, changed.item), this.#signal);
      if (outcome.kind === 'done') return changed;
    }
    throw new Error(`${this.#source}: its timeline was changed by others ${attemptsMax} times in a row`);
  }

  /** The same; throws a StepFailure where the rules refuse. */
  async change(change: (item: TimelineItem) => LockChange): Promise<TimelineItem> {
    const changed = await this.tryToChange(change);
    if (!changed.ok) throw failureOf(changed.refusal);
    return changed.item;
  }

  async run(run: string): Promise<RunItem | undefined> {
    return (await this.#dynamodb.get(this.#table, runKey(this.#source, run), this.#signal)) as RunItem | undefined;
  }

  /**
   * Sets attributes of a run; those of `once` only where it has none yet: what a step has found first holds. A run that has ended takes no
   * phase any more: an invocation that comes late tells nothing.
   */
  async setRun(run: string, fields: Partial<RunItem>, once: Partial<RunItem> = {}): Promise<void> {
    const all = [...Object.entries(fields), ...Object.entries(once)].filter(([, value]) => value !== undefined);
    if (all.length === 0) return;
    const sets = all.map(([name]) =>
      name in once ? `#${name} = if_not_exists(#${name}, :${name})` : `#${name} = :${name}`,
    );
    const isUnderWay = fields.Phase !== undefined && fields.Phase !== 'ended';
    await this.#dynamodb.update(
      {
        table: this.#table,
        key: runKey(this.#source, run),
        expression: `SET ${sets.join(', ')}`,
        ...(isUnderWay ? { condition: 'attribute_not_exists(#Outcome)' } : {}),
        names: {
          ...Object.fromEntries(all.map(([name]) => [`#${name}`, name])),
          ...(isUnderWay ? { '#Outcome': 'Outcome' } : {}),
        },
        values: Object.fromEntries(all.map(([name, value]) => [`:${name}`, value])),
      },
      this.#signal,
    );
  }

  /** Whether nobody puts corrections of the run: then who asked does, from now on. */
  async beginCorrecting(run: string, nowMs: number): Promise<boolean> {
    const outcome = await this.#dynamodb.update(
      {
        table: this.#table,
        key: runKey(this.#source, run),
        expression: 'SET #at = :now',
        condition: 'attribute_not_exists(#at) OR #at < :since',
        names: { '#at': 'CorrectingMs' },
        values: { ':now': nowMs, ':since': correctingSinceMs(nowMs) },
      },
      this.#signal,
    );
    return outcome.kind === 'done';
  }

  /** By shard. */
  async checkpoints(reader: StreamReader): Promise<Map<string, CheckpointItem>> {
    return this.#byShard(controlItems.checkpointPrefix(reader));
  }

  /** By shard. */
  async recountCheckpoints(generation: number): Promise<Map<string, RecountCheckpointItem>> {
    return this.#byShard(controlItems.checkpointPrefix(recountOf(generation)));
  }

  /** What a consumer's ledgers received: by shard, and by arrival day. `isCounted`: whether to take one, by its shard and fence. */
  async received(
    keeper: 'count' | 'window' | Recount,
    isCounted: (shardId: string, fence: Fence) => boolean = () => true,
  ): Promise<Map<string, Map<string, number>>> {
    const prefix = controlItems.ledgerPrefix(keeper);
    const shards = new Map<string, Map<string, number>>();
    for (const item of await this.itemsOf(prefix)) {
      const [day = '', shardId = ''] = String(item.Item).slice(prefix.length).split('#');
      if (!isCounted(shardId, String(item.LastSequence))) continue;
      const days = shards.get(shardId) ?? new Map<string, number>();
      shards.set(shardId, days.set(day, Number(item.Received)));
    }
    return shards;
  }

  /** Every series that a partial may be of, in the order of their admission, and that of the others. */
  async names(): Promise<string[]> {
    const item = await this.#dynamodb.get(this.#table, catalogueKey(this.#source), this.#signal);
    return [otherSeries, ...((item as CatalogueItem | undefined)?.Names ?? [])];
  }

  async floors(): Promise<Floors> {
    return floorsOf(await this.#floorsItem());
  }

  /** Reads, changes and writes the floors, again where somebody else has changed them in between; returns what stands then. */
  async changeFloors(change: (item: FloorsItem | undefined) => FloorsItem): Promise<Floors> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const read = await this.#floorsItem();
      const changed = change(read);
      if (floorsVersion(changed) === floorsVersion(read)) return floorsOf(changed);
      const outcome = await this.#dynamodb.update(this.#putFloors(read, changed), this.#signal);
      if (outcome.kind === 'done') return floorsOf(changed);
    }
    throw new Error(`${this.#source}: its floors were changed by others ${attemptsMax} times in a row`);
  }

  /** Every run that there ever was of the source: of its item what these attributes say. */
  async runs(attributes: readonly (keyof RunItem)[]): Promise<PastRun[]> {
    const items = await this.itemsOf(controlItems.runPrefix, ['Item', ...attributes]);
    return items.map((item) => ({
      run: String(item.Item).slice(controlItems.runPrefix.length),
      item: item as unknown as RunItem,
    }));
  }

  async #floorsItem(): Promise<FloorsItem | undefined> {
    return (await this.#dynamodb.get(this.#table, floorsKey(this.#source), this.#signal)) as FloorsItem | undefined;
  }

  async #byShard<Checkpoint>(prefix: string): Promise<Map<string, Checkpoint>> {
    const items = await this.itemsOf(prefix);
    return new Map(items.map((item) => [String(item.Item).slice(prefix.length), item as Checkpoint]));
  }

  /** All whose key begins with `prefix`; of each what `attributes` name, where they do. */
  async itemsOf(prefix: string, attributes: readonly string[] = []): Promise<Item[]> {
    const items: Item[] = [];
    const sort = { name: 'Item', low: prefix, high: `${prefix}~` };
    const partition = { name: 'Source', value: this.#source };
    const query = { table: this.#table, partition, sort, pageItems, attributes };
    for await (const page of this.#dynamodb.pages(query, this.#signal)) items.push(...page);
    return items;
  }

  #putFloors(read: FloorsItem | undefined, { Version, Floors, Restored }: FloorsItem): Update {
    const set = 'SET #version = :version, #floors = :floors';
    const isFirst = floorsVersion(read) === 0;
    return {
      table: this.#table,
      key: floorsKey(this.#source),
      expression: Restored === undefined ? set : `${set}, #restored = :restored`,
      condition: isFirst ? 'attribute_not_exists(#version)' : '#version = :read',
      names: {
        '#version': 'Version',
        '#floors': 'Floors',
        ...(Restored === undefined ? {} : { '#restored': 'Restored' }),
      },
      values: {
        ':version': Version,
        ':floors': Floors,
        ...(Restored === undefined ? {} : { ':restored': Restored }),
        ...(isFirst ? {} : { ':read': read?.Version }),
      },
    };
  }

  #putTimeline(read: TimelineItem, { Version, LastGeneration, Ranges, Lock }: TimelineItem): Update {
    const set = 'SET #version = :version, #last = :last, #ranges = :ranges';
    return {
      table: this.#table,
      key: timelineKey(this.#source),
      expression: Lock === undefined ? `${set} REMOVE #lock` : `${set}, #lock = :lock`,
      condition: read.Version === 0 ? 'attribute_not_exists(#version)' : '#version = :read',
      names: { '#version': 'Version', '#last': 'LastGeneration', '#ranges': 'Ranges', '#lock': 'Lock' },
      values: {
        ':version': Version,
        ':last': LastGeneration,
        ':ranges': Ranges,
        ...(Lock === undefined ? {} : { ':lock': Lock }),
        ...(read.Version === 0 ? {} : { ':read': read.Version }),
      },
    };
  }
}
