import type { FloorsItem } from '@tidemark/core/control/floors';
import { runCommand } from '../../command.ts';
import { type Differences, partialKey } from '../differences.ts';
import type { Item } from '../found.ts';
import { FoundFigures } from '../found-figures.ts';
import { Trial } from '../replay/trial.ts';
import { asCounted, trueRows } from '../replay/true-rows.ts';
import type { Stack } from '../stack.ts';
import type { FoundItems } from '../world.ts';
import { Exported, type ExportedLine } from './exported.ts';
import { everCounted, type Pruned, placementDifferences, spanOf, visible } from './placement.ts';

/** Tables come as `rows`. */
interface Said {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly [field: string]: unknown;
}

export interface PruneTrialOptions {
  readonly seed?: number;
  readonly maxSeries?: number;
}

const dayMs = 86_400_000;
/** CloudWatch takes nothing older, in milliseconds, with a day to spare: a clock is set on by days. */
const figureMsMax = 13 * dayMs;

/** Figures of CloudWatch by `<metric> <EventName> <minute>`. */
type Figures = ReadonlyMap<string, unknown>;

/** One source of a running stack, its replays, and the prunes and restores that are made of it. */
export class PruneTrial {
  readonly base: Trial;
  readonly exported: Exported;
  readonly #figures: FoundFigures;
  #lines: readonly ExportedLine[] = [];
  #floors: FloorsItem = { Floors: {} };
  /** What CloudWatch said of minutes below the floors before these were raised. */
  #frozen: Figures = new Map();

  constructor(stack: Stack, name: string, { seed = 1, ...options }: PruneTrialOptions = {}) {
    const floorAt = (size: string, arrivalMs: number) => this.#floorAt(size, arrivalMs);
    const world = { ...options, floorAt, asCounted: (found: FoundItems) => this.#asCounted(found) };
    this.base = new Trial(stack, name, { seed, world });
    this.exported = new Exported(stack.engine, this.base.world.source);
    this.#figures = new FoundFigures(stack.engine, this.base.world.source);
  }

  close(): void {
    for (const each of [this.base, this.exported, this.#figures]) each.close();
  }

  /** What the floors in the Control table say. */
  async pruned(): Promise<Pruned> {
    await this.#look();
    const floors = Object.entries(this.#floors.Floors);
    return {
      cutoffs: Object.fromEntries(floors.map(([size, history = []]) => [size, history.at(-1)?.FloorMs ?? -dayMs])),
      restored: Object.fromEntries(
        Object.entries(this.#floors.Restored ?? {}).map(([size, ranges = []]) => [size, ranges]),
      ),
    };
  }

  async floors(): Promise<FloorsItem> {
    await this.#look();
    return this.#floors;
  }

  /** Remembers what CloudWatch says, which no prune changes: to be called before floors are raised, when everything is published. */
  async freeze(): Promise<void> {
    this.#frozen = await this.#allFigures();
  }

  /**
   * Everything that is not as what was sent demands, wherever it is now, when everything is counted and published; and what was left behind. `hasGarbage`: what
   * was deleted may have been counted again, where nobody looks.
   */
  async differences({ hasGarbage = false } = {}): Promise<Differences> {
    const remains = await this.base.remains();
    if (remains.length > 0) return remains;
    await this.base.world.settled();
    const pruned = await this.pruned();
    const { partials, control } = await this.base.items();
    return [
      ...placementDifferences(trueRows(partials, control), this.#lines, { ...pruned, hasGarbage }),
      ...(await this.base.world.differences()),
      ...(await this.#figureDifferences(pruned)),
      ...(await this.#readDifferences(pruned)),
    ];
  }

  /** Partials that the timeline does not name, by their keys, those of one generation where it is told. */
  async replaced(generation?: number): Promise<string[]> {
    const { partials, control } = await this.base.items();
    const named = new Set(trueRows(partials, control));
    return partials
      .filter((item) => !named.has(item))
      .filter(({ Bucket }) => generation === undefined || Number(String(Bucket).split('#')[1]) === generation)
      .map(partialKey)
      .sort();
  }

  /** Deletions that publishing was told of. */
  async removedRecords(): Promise<number> {
    const { control } = await this.base.items();
    const published = control.filter(({ Item }) => String(Item).startsWith('CHECKPOINT#publish#'));
    return published.reduce((sum, { Removed = 0 }) => sum + Number(Removed), 0);
  }

  /** What the tools tell of a source, in JSON. */
  async json(...argv: string[]): Promise<Said> {
    const said = await runCommand(this.base.stack.engine, [...argv, '--source', this.base.world.source.name, '--json']);
    if (said.exitCode !== 0) throw new Error(`${argv.join(' ')}: ${said.error}`);
    return JSON.parse(said.out);
  }

  /** How many events readers find, by size, whenever they happened. */
  async read(): Promise<Readonly<Record<string, number>>> {
    const { buckets, window } = this.base.world.source;
    const span = ['--from', '2000-01-01', '--to', '2100-01-01'];
    const ofBuckets = buckets.map(async (size) => {
      const { rows } = await this.json('counters', '--bucket', size, ...span);
      return [size, rows.reduce((sum, { count }) => sum + Number(count), 0)] as const;
    });
    const ofWindow = [window]
      .filter((each) => each !== undefined)
      .map(async ({ seconds }) => {
        const { rows } = await this.json('windows', ...span);
        return [`w${seconds}`, rows.reduce((sum, { records }) => sum + Number(records), 0)] as const;
      });
    return Object.fromEntries(await Promise.all([...ofBuckets, ...ofWindow]));
  }

  /** Readers find what is kept or was brought back, to the last event, and nothing else. */
  async #readDifferences(pruned: Pruned): Promise<Differences> {
    const { partials, control } = await this.base.items();
    const sums: Record<string, number> = {};
    for (const item of visible(everCounted(trueRows(partials, control), this.#lines), pruned)) {
      const { size } = spanOf(item);
      sums[size] = (sums[size] ?? 0) + Number(item.EventCount);
    }
    return Object.entries(await this.read()).flatMap(([size, count]) =>
      count === (sums[size] ?? 0) ? [] : [`readers find ${count} events in ${size} in place of ${sums[size]}`],
    );
  }

  /** Above the floors CloudWatch has what was sent; below them what it had. */
  async #figureDifferences({ cutoffs }: Pruned): Promise<Differences> {
    const oldestMs = this.base.stack.engine.clock.now() - figureMsMax;
    const [smallest = ''] = this.base.world.source.buckets;
    const window = `w${this.base.world.source.window?.seconds}`;
    const since = {
      bucket: Math.max(oldestMs, cutoffs[smallest] ?? oldestMs),
      window: Math.max(oldestMs, cutoffs[window] ?? oldestMs),
    };
    const isBelow = (key: string) => {
      const minuteMs = Date.parse(key.slice(key.lastIndexOf(' ') + 1));
      return minuteMs >= oldestMs && minuteMs < (key.startsWith('EventCount ') ? since.bucket : since.window);
    };
    const now = await this.#allFigures();
    const below = [...new Set([...now.keys(), ...this.#frozen.keys()])].filter(isBelow);
    return [
      ...(await this.base.world.figureDifferences(since)),
      ...below.flatMap((key) => {
        const [is, was] = [JSON.stringify(now.get(key)), JSON.stringify(this.#frozen.get(key))];
        return is === was ? [] : [`figure ${key} below the floor: ${is} in place of ${was}`];
      }),
    ];
  }

  async #allFigures(): Promise<Figures> {
    const { buckets, window } = this.base.world.source;
    const sinceMs = this.base.stack.engine.clock.now() - figureMsMax;
    const counts = buckets.length === 0 ? [] : await this.#figures.counts(sinceMs);
    const measures = window === undefined ? [] : await this.#figures.measures(sinceMs);
    return new Map<string, unknown>([
      ...[...counts].map(([key, value]) => [`EventCount ${key}`, value] as const),
      ...measures,
    ]);
  }

  async #look(): Promise<void> {
    const { control } = await this.base.items();
    this.#floors = (control.find(({ Item }) => Item === 'FLOORS') ?? { Floors: {} }) as unknown as FloorsItem;
    this.#lines = await this.exported.lines('counts');
  }

  /** By the words of the design: the last floor whose time had come when the record arrived. */
  #floorAt(size: string, arrivalMs: number): number {
    const history = Object.entries(this.#floors.Floors).find(([each]) => each === size)?.[1] ?? [];
    return history.findLast(({ FromMs }) => FromMs <= arrivalMs)?.FloorMs ?? Number.NEGATIVE_INFINITY;
  }

  #asCounted({ partials, control }: FoundItems): FoundItems {
    const all: readonly Item[] = everCounted(partials, this.#lines);
    return asCounted({ partials: all, control });
  }
}
