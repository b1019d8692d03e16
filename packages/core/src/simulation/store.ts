import type { CheckpointUpdate } from '../count/checkpoint.ts';
import type { FencedUpdate } from '../count/fence.ts';
import type { QuarantinedRecord } from '../count/quarantine.ts';
import type { Fence } from '../series/sequence.ts';
import { DecisionStore } from './decision-store.ts';

/** An item with numbers to add to and a fence. */
export interface FencedItem {
  readonly numbers: Record<string, number>;
  LastSequence: Fence;
  /** How many of its shard's records the checks have found to be kept as the fence says (check.ts). */
  verified: number;
}

/** What a conditional update answers: it took effect, or the fence that stood in its way. */
export type FenceAnswer = { readonly conflict: Fence } | undefined;

/** Tables and bucket in memory. Every method is one request that takes effect at once and whole, as DynamoDB's and S3's do. */
export class Store extends DecisionStore {
  /** By `<name>|<Bucket>`. */
  readonly partials = new Map<string, FencedItem>();
  /** By the control table's `Item`. */
  readonly ledgers = new Map<string, FencedItem>();
  readonly checkpoints = new Map<string, FencedItem>();
  /** Object key to the number of events set aside with it. */
  readonly quarantine = new Map<string, number>();
  /** `<shardId> <sequence>` of every record in the quarantine. */
  readonly setAside = new Set<string>();
  /** Requests of counting that changed something. */
  writes = 0;

  /** `below` undefined: without a condition. */
  addFenced(items: Map<string, FencedItem>, key: string, update: FencedUpdate, below: Fence | undefined): FenceAnswer {
    let item = items.get(key);
    if (item === undefined) {
      item = { numbers: {}, LastSequence: update.lastSequence, verified: 0 };
      items.set(key, item);
    } else if (below !== undefined && item.LastSequence >= below) {
      return { conflict: item.LastSequence };
    }
    for (const column in update.add) {
      item.numbers[column] = (item.numbers[column] ?? 0) + (update.add[column] as number);
    }
    item.LastSequence = update.lastSequence;
    this.writes += 1;
    return undefined;
  }

  addRedelivered(key: string, count: number): void {
    const item = this.ledgers.get(key);
    if (item !== undefined) {
      item.numbers.Redelivered = (item.numbers.Redelivered ?? 0) + count;
    }
    this.writes += 1;
  }

  checkpoint(update: CheckpointUpdate, lastSequence: Fence, isConditional: boolean): void {
    const item = this.checkpoints.get(update.key.Item);
    if (item === undefined) {
      this.checkpoints.set(update.key.Item, { numbers: {}, LastSequence: lastSequence, verified: 0 });
    } else if (isConditional && item.LastSequence >= lastSequence) {
      return;
    } else {
      item.LastSequence = lastSequence;
    }
    this.writes += 1;
  }

  putQuarantine(objectKey: string, { body, events }: QuarantinedRecord): void {
    this.quarantine.set(objectKey, events);
    this.setAside.add(`${body.shardId} ${body.sequenceNumber}`);
    this.writes += 1;
  }
}
