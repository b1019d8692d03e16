import type { Source } from '@tidemark/core/config';
import type { PublishCall, PublishPlan } from '@tidemark/core/publish/call';
import { planCalls } from '@tidemark/core/publish/call';
import type { TableStreamRecord } from '@tidemark/core/publish/change';
import type { PublishMarker } from '@tidemark/core/publish/marker';
import { makeMarker, markerRange, publishedPrefix } from '@tidemark/core/publish/marker';
import { progressItem } from '@tidemark/core/publish/progress';
import type { PublishedSpans } from '@tidemark/core/publish/spans';
import { publishedSpans } from '@tidemark/core/publish/spans';
import type { PublishTally } from '@tidemark/core/publish/tally';
import { addTallies, emptyTally } from '@tidemark/core/publish/tally';
import type { CloudWatch } from '../aws/cloudwatch.ts';
import type { DynamoDB } from '../aws/dynamodb.ts';
import { RememberedFloors } from '../control/remembered-floors.ts';

/** Markers read at once. A marker of this batch that ends after it is found as far as so many markers past its end. */
const markerPageItems = 100;

export interface PublishBatch {
  /** Of one shard of the table's stream, in its order; at least one. */
  readonly records: readonly TableStreamRecord[];
  readonly streamArn: string;
  readonly invocation: string;
  readonly nowMs: number;
}

export interface Published extends PublishTally {
  /** Records that markers show as published before. */
  readonly skipped: number;
  readonly calls: number;
}

/** Markers -> records not yet published -> calls, each followed by its marker. */
export class Publisher {
  readonly #dynamodb: DynamoDB;
  readonly #cloudwatch: CloudWatch;
  readonly #table: string;
  readonly #source: Source;
  readonly #spans: PublishedSpans;
  readonly #floors: RememberedFloors;

  constructor(dynamodb: DynamoDB, cloudwatch: CloudWatch, controlTable: string, source: Source) {
    this.#dynamodb = dynamodb;
    this.#cloudwatch = cloudwatch;
    this.#table = controlTable;
    this.#source = source;
    this.#spans = publishedSpans(source);
    this.#floors = new RememberedFloors(dynamodb, controlTable, source.name);
  }

  async publish(batch: PublishBatch, signal: AbortSignal): Promise<Published> {
    const skipped = publishedPrefix(batch.records, await this.#markers(batch.records, signal));
    const records = batch.records.slice(skipped);
    const calls = records.length === 0 ? [] : planCalls(records, await this.#plan(batch, signal));
    let tally = emptyTally;
    for (const call of calls) {
      await this.#perform(call, batch, signal);
      tally = addTallies(tally, call.tally);
    }
    return { ...tally, skipped, calls: calls.filter((call) => call.data.length > 0).length };
  }

  async #plan({ nowMs }: PublishBatch, signal: AbortSignal): Promise<PublishPlan> {
    const floors = await this.#floors.at(nowMs, signal);
    return { source: this.#source.name, spans: this.#spans, floors, nowMs };
  }

  /** Everything that could have been published of these records before. */
  async #markers(records: readonly TableStreamRecord[], signal: AbortSignal): Promise<PublishMarker[]> {
    const range = markerRange(records);
    if (range === undefined) return [];
    const query = {
      table: this.#table,
      partition: { name: 'Source', value: this.#source.name },
      sort: { name: 'Item', low: range.low, high: range.high },
      pageItems: markerPageItems,
    };
    const markers: PublishMarker[] = [];
    for await (const page of this.#dynamodb.pages(query, signal)) {
      markers.push(...(page as unknown as PublishMarker[]));
      if ((markers.at(-1)?.Item ?? '') > range.end) break;
    }
    return markers;
  }

  /**
   * A call without data is none: repeating its records costs nothing but their tallies. A crash between the call and its
   * marker is what makes the metric at-least-once.
   */
  async #perform(call: PublishCall, batch: PublishBatch, signal: AbortSignal): Promise<void> {
    if (call.data.length === 0) {
      await this.#tally(call, 0, batch, signal);
      return;
    }
    await this.#cloudwatch.put(call.data, signal);
    const isFirst = await this.#mark(call, batch, signal);
    await this.#tally(call, isFirst ? 0 : call.tally.Published + call.tally.Readings, batch, signal);
  }

  /** False when another invocation has published the same records. */
  async #mark(call: PublishCall, batch: PublishBatch, signal: AbortSignal): Promise<boolean> {
    const marker = makeMarker(this.#source.name, call, batch.invocation, batch.nowMs);
    const outcome = await this.#dynamodb.update(
      {
        table: this.#table,
        key: { Source: marker.Source, Item: marker.Item },
        expression: 'SET #records = :records, #invocation = :invocation, #expires = :expires',
        condition: 'attribute_not_exists(#item)',
        names: { '#item': 'Item', '#records': 'Records', '#invocation': 'Invocation', '#expires': 'ExpiresAt' },
        values: { ':records': marker.Records, ':invocation': marker.Invocation, ':expires': marker.ExpiresAt },
      },
      signal,
    );
    // A repeated request finds the marker that its first attempt wrote.
    return outcome.kind === 'done' || outcome.old?.Invocation === marker.Invocation;
  }

  async #tally(call: PublishCall, publishedTwice: number, batch: PublishBatch, signal: AbortSignal): Promise<void> {
    const counts = Object.entries({ ...call.tally, PublishedTwice: publishedTwice }).filter(([, count]) => count !== 0);
    if (counts.length === 0) return;
    await this.#dynamodb.update(
      {
        table: this.#table,
        key: { Source: this.#source.name, Item: progressItem(batch.streamArn) },
        expression: `SET #changed = :changed ADD ${counts.map(([field]) => `#${field} :${field}`).join(', ')}`,
        names: { '#changed': 'ChangedMs', ...Object.fromEntries(counts.map(([field]) => [`#${field}`, field])) },
        values: { ':changed': call.changedMs, ...Object.fromEntries(counts.map(([field, n]) => [`:${field}`, n])) },
      },
      signal,
    );
  }
}
