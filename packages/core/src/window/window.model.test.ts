import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerCounts } from '../control/ledger.ts';
import type { FencedUpdate } from '../count/fence.ts';
import type { StreamRecord } from '../count/record.ts';
import { exactSumOf } from '../series/exact-sum.ts';
import { figuresToItem } from '../series/figures.ts';
import { encodeBucket, sliceOfShard } from '../series/key.ts';
import type { WindowItem } from '../series/partial.ts';
import { otherSeries } from '../series/partial.ts';
import type { Fence } from '../series/sequence.ts';
import { encodeSequence } from '../series/sequence.ts';
import { lookFrom, lostRecords } from './gap.ts';
import type { WindowLedger } from './ledger.ts';
import { firstLedgerUpdate, ledgerAgainst, mendedLedgerUpdate } from './ledger.ts';
import { Mend } from './mend.ts';
import type { WindowPartial, WindowWrite } from './merge.ts';
import { firstWrite, mendedWrite, mergeInto } from './merge.ts';
import type { LedgerPart, Straddle, WindowPart } from './part.ts';
import type { MadeRecord } from './shard.fixture.ts';
import { decisions, healthFromMs, madeRecords, minuteMs, place, readOf, streamRecord } from './shard.fixture.ts';
import { parseState } from './state.ts';
import { dayBytesMax, stateBaseBytesMax } from './state-bytes.ts';
import type { WindowPlan } from './window.ts';
import { planWindow } from './window.ts';

/** A write that did not land: the invocation ends there and comes again. */
class CutOff extends Error {}

/** What one shard has written, and how an invocation writes it. */
class Shard {
  readonly stream: readonly StreamRecord[];
  readonly stateBytesMax: number;
  readonly pageRecords: number;
  readonly rows = new Map<string, WindowItem>();
  readonly ledgers = new Map<string, Record<string, number>>();
  readonly ledgerFences = new Map<string, Fence>();
  readonly quarantine = new Map<string, number>();
  checkpoint: { LastSequence: Fence } | undefined;
  mended = 0;
  /** How many writes land before the invocation is cut off. */
  #landing = Number.POSITIVE_INFINITY;

  constructor(stream: readonly StreamRecord[], stateBytesMax: number, pageRecords: number) {
    this.stream = stream;
    this.stateBytesMax = stateBytesMax;
    this.pageRecords = pageRecords;
  }

  /** Returns the state that Lambda carries on; undefined where the invocation was cut off. */
  invoke(carried: unknown, records: readonly StreamRecord[], ends: boolean, landing: number): unknown {
    this.#landing = landing;
    try {
      const parsed = parseState(carried);
      const state = parsed.kind === 'held' ? parsed.state : undefined;
      const [first] = records;
      if (parsed.kind === 'unreadable' || (parsed.kind === 'empty' && first !== undefined)) this.#writeLost(first);
      const batch = records.length === 0 ? undefined : { read: readOf(records), decisions };
      const plan = planWindow({ ...place, stateBytesMax: this.stateBytesMax }, state, batch, ends);
      this.#perform(plan);
      const response = JSON.stringify(plan.state);
      expect(Buffer.byteLength(response)).toBeLessThanOrEqual(this.stateBytesMax);
      return JSON.parse(response);
    } catch (error) {
      if (error instanceof CutOff) return undefined;
      throw error;
    }
  }

  #writeLost(first: StreamRecord | undefined): void {
    const from = lookFrom(this.checkpoint, first);
    if (from === undefined) return;
    const after = from.at === 'TRIM_HORIZON' ? '' : encodeSequence(from.sequenceNumber);
    for (const page of this.#pages((fence) => fence > after)) {
      const lost = lostRecords(page, first);
      if (lost.length === 0) return;
      this.#perform(planWindow(place, undefined, { read: readOf(lost), decisions }, true));
      if (lost.length < page.length) return;
    }
  }

  *#pages(isRead: (fence: Fence) => boolean): Generator<readonly StreamRecord[]> {
    const records = this.stream.filter(({ sequenceNumber }) => isRead(encodeSequence(sequenceNumber)));
    for (let at = 0; at < records.length; at += this.pageRecords) yield records.slice(at, at + this.pageRecords);
  }

  #perform({ partials, quarantined, ledgers, checkpoint }: WindowPlan): void {
    const straddling: { old: WindowItem; partial: WindowPartial; straddle: Straddle<WindowPart> }[] = [];
    for (const { objectKey, events } of quarantined) {
      this.#land();
      this.quarantine.set(objectKey, events);
    }
    for (const partial of partials) {
      const old = this.#write(firstWrite(partial));
      if (old === undefined) continue;
      const merge = mergeInto(old, partial);
      if (merge.kind === 'write') expect(this.#write(merge.write)).toBeUndefined();
      if (merge.kind === 'straddle') straddling.push({ old, partial, straddle: merge.straddle });
    }
    const mend = this.#mend(
      straddling.map(({ straddle }) => straddle),
      [],
    );
    for (const { old, partial, straddle } of straddling) {
      const rest = mend?.windowRest(straddle);
      expect(rest).toBeDefined();
      const write = mendedWrite(old, partial, rest);
      expect(write && this.#write(write)).toBeUndefined();
    }
    for (const ledger of ledgers) this.#writeLedger(ledger);
    if (checkpoint && (this.checkpoint?.LastSequence ?? '') < checkpoint.lastSequence) {
      this.#land();
      this.checkpoint = { LastSequence: checkpoint.lastSequence };
    }
  }

  #mend(windows: readonly Straddle<WindowPart>[], ledgers: readonly Straddle<LedgerPart>[]): Mend | undefined {
    if (windows.length + ledgers.length === 0) return undefined;
    this.mended += windows.length + ledgers.length;
    const mend = new Mend(windows, ledgers);
    for (const page of this.#pages((fence) => fence >= encodeSequence(mend.from))) {
      mend.take(readOf(page), decisions);
      if (mend.isDone) break;
    }
    return mend;
  }

  #writeLedger(ledger: WindowLedger): void {
    const { Item } = ledger.key;
    const old = this.#update(Item, firstLedgerUpdate(ledger));
    if (old === undefined) return;
    const merge = ledgerAgainst(old, ledger);
    if (merge.kind === 'held') return;
    const rest = this.#mend([], [merge.straddle])?.ledgerRest(merge.straddle);
    if (rest === undefined) throw new Error('a ledger was not mended');
    expect(this.#update(Item, mendedLedgerUpdate(ledger, rest))).toBeUndefined();
  }

  /** The old item where the condition fails. */
  #write({ key, set, replaces }: WindowWrite): WindowItem | undefined {
    this.#land();
    const id = `${key.EventName} ${key.Bucket}`;
    const old = this.rows.get(id);
    if (old?.LastSequence !== replaces) return old;
    this.rows.set(id, JSON.parse(JSON.stringify({ ...key, ...set })));
    return undefined;
  }

  #update(item: string, { add, below, lastSequence }: FencedUpdate): Fence | undefined {
    this.#land();
    const old = this.ledgerFences.get(item);
    if (old !== undefined && old >= below) return old;
    const ledger = this.ledgers.get(item) ?? {};
    for (const [column, amount] of Object.entries(add)) ledger[column] = (ledger[column] ?? 0) + amount;
    this.ledgers.set(item, ledger);
    this.ledgerFences.set(item, lastSequence);
    return undefined;
  }

  #land(): void {
    if (this.#landing === 0) throw new CutOff();
    this.#landing -= 1;
  }
}

/** What the records say, by their definition and nothing else. */
function expected(records: readonly MadeRecord[]) {
  const readings = new Map<string, { key: object; last: Fence; distance: number[]; health: number[]; count: number }>();
  const ledgers = new Map<string, LedgerCounts>();
  const quarantined: number[] = [];
  for (const { sequence, arrivalMs, parts } of records) {
    const day = new Date(arrivalMs).toISOString().slice(0, 10);
    const startMs = arrivalMs - (arrivalMs % minuteMs);
    const fence = encodeSequence(String(sequence));
    for (const part of parts) {
      if (part === 'malformed' || part.isAhead) continue;
      const EventName = part.name === 'Über' ? otherSeries : part.name;
      const Bucket = encodeBucket({ size: 'w60', generation: 0, startMs, slice: sliceOfShard(place.shardId) });
      const id = `${EventName} ${Bucket}`;
      const row = readings.get(id) ?? { key: { EventName, Bucket }, last: fence, distance: [], health: [], count: 0 };
      readings.set(id, row);
      row.last = fence;
      row.count += 1;
      row.distance.push(part.distance);
      if (arrivalMs >= healthFromMs) row.health.push(part.health);
    }
    const malformed = parts.filter((part) => part === 'malformed').length;
    const tooNew = parts.filter((part) => part !== 'malformed' && part.isAhead).length;
    if (malformed + tooNew > 0) quarantined.push(malformed + tooNew);
    const overCap = parts.filter((part) => part !== 'malformed' && !part.isAhead && part.name === 'Über').length;
    const before = ledgers.get(day);
    ledgers.set(day, {
      Received: (before?.Received ?? 0) + parts.length,
      Counted: (before?.Counted ?? 0) + parts.length - malformed - tooNew,
      Quarantined: (before?.Quarantined ?? 0) + malformed + tooNew,
      Malformed: (before?.Malformed ?? 0) + malformed,
      TooOld: 0,
      TooNew: (before?.TooNew ?? 0) + tooNew,
      OverCap: (before?.OverCap ?? 0) + overCap,
      Redelivered: 0,
    });
  }
  const rows = [...readings].map(([id, { key, last, distance, health, count }]) => {
    const Measures = {
      distance: figuresItem(distance),
      ...(health.length === 0 ? {} : { health: figuresItem(health) }),
    };
    return [id, { ...key, EventCount: count, Measures, LastSequence: last, WrittenBy: 'live' }] as const;
  });
  return { rows: new Map(rows), ledgers, quarantined };
}

function figuresItem(values: readonly number[]) {
  return figuresToItem({
    count: values.length,
    sum: exactSumOf(values),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
  });
}

/** What happens next to the shard. */
const happening = fc.record({
  /** Records of the invocation, from the first that Lambda holds not handled. */
  length: fc.nat({ max: 8 }),
  ends: fc.boolean(),
  /** Writes that land before it is cut off; mostly all. */
  landing: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat({ max: 8 })),
  /** What happens before it. */
  before: fc.oneof(
    { weight: 8, arbitrary: fc.constant({ kind: 'nothing' } as const) },
    fc.constant({ kind: 'state-lost' } as const),
    fc.constant({ kind: 'state-unreadable' } as const),
    /** A mapping in place of another begins anew, at what is then the trim horizon. */
    fc.nat().map((from) => ({ kind: 'mapping-replaced', from }) as const),
    /** An earlier invocation runs once more. */
    fc.record({
      kind: fc.constant('duplicate' as const),
      which: fc.nat(),
      landing: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat({ max: 6 })),
    }),
  ),
});

describe('a shard', () => {
  test('has in the end the figures of its records, whatever happened on the way', () => {
    let mended = 0;
    fc.assert(
      fc.property(
        madeRecords(40),
        fc.array(happening, { maxLength: 40, size: 'max' }),
        fc.integer({ min: 300, max: 4000 }),
        fc.integer({ min: 1, max: 10 }),
        (records, happenings, partsBytesMax, pageRecords) => {
          const stream = records.map(streamRecord);
          const shard = new Shard(stream, stateBaseBytesMax + 2 * dayBytesMax + partsBytesMax, pageRecords);
          const invocations: { state: unknown; batch: StreamRecord[]; ends: boolean }[] = [];
          let handled = 0;
          let state: unknown = {};
          for (const { length, ends, landing, before } of happenings) {
            if (before.kind === 'state-lost') state = {};
            if (before.kind === 'state-unreadable') state = { version: 0, parts: [] };
            if (before.kind === 'mapping-replaced') {
              handled = before.from % (handled + 1);
              state = null;
            }
            if (before.kind === 'duplicate') {
              const twin = invocations[before.which % Math.max(1, invocations.length)];
              if (twin) shard.invoke(twin.state, twin.batch, twin.ends, before.landing);
            }
            // The last record comes at the end: a state that is lost shows when another record comes.
            const batch = stream.slice(handled, Math.min(handled + length, stream.length - 1));
            invocations.push({ state, batch, ends });
            const answered = shard.invoke(state, batch, ends, landing);
            if (answered === undefined) continue;
            state = answered;
            handled += batch.length;
          }
          shard.invoke(state, stream.slice(handled), true, Number.POSITIVE_INFINITY);
          mended += shard.mended;

          const { rows, ledgers, quarantined } = expected(records);
          expect(shard.rows).toEqual(rows);
          const ledgersFound = [...shard.ledgers].map(([item, ledger]) => [
            item.split('#')[2],
            { ...ledger, Redelivered: 0 },
          ]);
          expect(Object.fromEntries(ledgersFound)).toEqual(Object.fromEntries(ledgers));
          expect([...shard.quarantine.values()].sort()).toEqual(quarantined.sort());
          expect(shard.checkpoint).toEqual({ LastSequence: encodeSequence(String(records.at(-1)?.sequence)) });
        },
      ),
      { numRuns: 500 },
    );
    // The sums did have to be split: without that the test would show little.
    expect(mended).toBeGreaterThan(100);
  });
});
