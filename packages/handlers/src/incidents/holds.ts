import { controlItems } from '@tidemark/core/control/keys';
import type { Hold } from '@tidemark/core/incidents/change';
import type { Holds } from '@tidemark/core/incidents/hold';
import { holdOf } from '@tidemark/core/incidents/hold';
import type { SilenceItem } from '@tidemark/core/incidents/items';
import { stagePartition } from '@tidemark/core/incidents/items';
import type { DeployedAlarm, MaintenanceSettings } from '@tidemark/core/incidents/settings';
import type { RunItem } from '@tidemark/core/replay/run';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import { timelineKey } from '@tidemark/core/replay/timeline';
import type { DynamoDB, Item } from '../aws/dynamodb.ts';
import { withoutKeys } from './incident-table.ts';

/** A run that began longer ago is not looked at: none reads its stream for longer. Milliseconds. */
const runMsMax = 14 * 24 * 60 * 60_000;
const pageItems = 1000;

/** What holds alarms back at one moment, read at most once an invocation. */
export class CurrentHolds {
  readonly #dynamodb: DynamoDB;
  readonly #table: string;
  readonly #maintenance: readonly MaintenanceSettings[];
  readonly #nowMs: number;
  readonly #signal: AbortSignal;
  #silences: Promise<Holds['silences']> | undefined;
  readonly #sources = new Map<string, Promise<Pick<Holds, 'lock' | 'runs'>>>();

  constructor(
    dynamodb: DynamoDB,
    table: string,
    maintenance: readonly MaintenanceSettings[],
    nowMs: number,
    signal: AbortSignal,
  ) {
    this.#dynamodb = dynamodb;
    this.#table = table;
    this.#maintenance = maintenance;
    this.#nowMs = nowMs;
    this.#signal = signal;
  }

  /** What holds an alarm back now; undefined: nothing. */
  async of(alarm: DeployedAlarm): Promise<Hold | undefined> {
    this.#silences ??= this.#readSilences();
    const { source } = alarm;
    const known = this.#sources.get(source) ?? this.#readSource(source);
    this.#sources.set(source, known);
    const [silences, { lock, runs }] = await Promise.all([this.#silences, known]);
    const holds = { silences, maintenance: this.#maintenance, runs, ...(lock === undefined ? {} : { lock }) };
    return holdOf(alarm, holds, this.#nowMs);
  }

  async #readSilences(): Promise<Holds['silences']> {
    const prefix = controlItems.silencePrefix;
    const items = await this.#items(stagePartition, prefix, `${prefix}~`);
    return items.map((item) => ({ id: String(item.Item).slice(prefix.length), item: withoutKeys<SilenceItem>(item) }));
  }

  async #readSource(source: string): Promise<Pick<Holds, 'lock' | 'runs'>> {
    if (source === stagePartition) return { runs: [] };
    const prefix = controlItems.runPrefix;
    // Ids begin with the time at which the run began.
    const first = new Date(this.#nowMs - runMsMax).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
    const [timeline, runs] = await Promise.all([
      this.#dynamodb.get(this.#table, timelineKey(source), this.#signal),
      this.#items(source, prefix + first, `${prefix}~`, ['Item', 'HeldUntilMs']),
    ]);
    const { Lock } = (timeline ?? {}) as Partial<TimelineItem>;
    return {
      ...(Lock === undefined ? {} : { lock: Lock }),
      runs: runs.map((item) => ({
        run: String(item.Item).slice(prefix.length),
        item: item as Pick<RunItem, 'HeldUntilMs'>,
      })),
    };
  }

  async #items(source: string, low: string, high: string, attributes?: readonly string[]): Promise<Item[]> {
    const query = {
      ...{ table: this.#table, pageItems, ...(attributes === undefined ? {} : { attributes }) },
      partition: { name: 'Source', value: source },
      sort: { name: 'Item', low, high },
    };
    const items: Item[] = [];
    for await (const page of this.#dynamodb.pages(query, this.#signal)) items.push(...page);
    return items;
  }
}
