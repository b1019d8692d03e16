import type { EventFields, Measure, Source } from '../config.ts';
import { catalogueOf } from '../control/catalogue.ts';
import { floorsOf } from '../control/floors.ts';
import { namesToAdmit } from '../count/admit.ts';
import { decodeRecord } from '../count/decode.ts';
import { readBatch } from '../count/read.ts';
import type { ShardBatch, StreamRecord } from '../count/record.ts';
import { roundedSum } from '../series/exact-sum.ts';
import { decodeBucket } from '../series/key.ts';
import { parseState } from '../window/state.ts';
import { planWindow, type WindowPlan } from '../window/window.ts';
import { type Contender, contender, type Found } from './contender.ts';

/** What Lambda hands over of one window of a shard, batch by batch; the last call ends it. */
export type WindowBatches = readonly ShardBatch[];

/** One way to fold the readings of the same windows. `fold` is given one window after the other. */
export function folder<Folded>(
  name: string,
  windows: readonly WindowBatches[],
  fold: (window: WindowBatches) => Folded,
  tell: (folded: Folded, found: Found) => void,
): Contender {
  return contender(
    name,
    () => windows.forEach(fold),
    () => {
      const found: Found = new Map();
      for (const window of windows) tell(fold(window), found);
      return found;
    },
  );
}

interface PlainFigures {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
}

/** By window and name, then by measure. */
export type PlainWindows = Map<string, Map<string, PlainFigures>>;

/** The loop that anyone would write: no check, no fence, plain additions, which round. */
export function foldPlainly(
  { name, measures = [] }: EventFields,
  seconds: number,
): (window: WindowBatches) => PlainWindows {
  const nameField = name[0] as string;
  const fields = measures.map((measure) => [measure.name, measure.path[0] as string] as const);
  return (window) => {
    const rows: PlainWindows = new Map();
    for (const { records } of window) {
      for (const { data, arrivalMs } of records) {
        const event = JSON.parse(Buffer.from(data, 'base64').toString()) as Record<string, unknown>;
        const row = rowOf(rows, event[nameField] as string, arrivalMs, seconds);
        for (const [measure, field] of fields) addPlainly(row, measure, event[field] as number);
      }
    }
    return rows;
  };
}

/** Tidemark's decoding with all checks, and then plain additions: the least that can be done with a reading. */
export function foldDecoded(fields: EventFields, seconds: number): (window: WindowBatches) => PlainWindows {
  const measures = fields.measures ?? [];
  return (window) => {
    const rows: PlainWindows = new Map();
    let arrivalMs = 0;
    const sink = {
      event: (name: string, _timeMs: number, measured: readonly number[] = []): void => {
        const row = rowOf(rows, name, arrivalMs, seconds);
        for (let at = 0; at < measures.length; at += 1) {
          addPlainly(row, (measures[at] as Measure).name, measured[at] as number);
        }
      },
      malformed: (reason: string, detail: string): never => {
        throw new Error(`${reason}: ${detail}`);
      },
    };
    for (const { records } of window) {
      for (const record of records) {
        ({ arrivalMs } = record);
        decodeRecord(record.data, fields, sink);
      }
    }
    return rows;
  };
}

export function tellPlainly(rows: PlainWindows, found: Found): void {
  for (const [row, figures] of rows) for (const [measure, each] of figures) tell(found, row, measure, each);
}

/**
 * All that an invocation does between a batch and its writes: the state from JSON and back, decode, check, admit, add without rounding, plan
 * partials, ledger and checkpoint where the window ends. Returns what the end writes.
 */
export function planning(fields: EventFields, seconds: number): (window: WindowBatches) => WindowPlan {
  const source: Source = {
    name: 'rides',
    revisions: [{ fromMs: 0, event: fields }],
    buckets: [],
    window: { seconds },
    maxSeries: 200,
  };
  const floors = floorsOf(undefined);
  let catalogue = catalogueOf({ Names: [], Caps: [{ FromMs: 0, MaxSeries: source.maxSeries }] });
  return (window) => {
    let state = '{}';
    let plan: WindowPlan | undefined;
    for (const [at, batch] of window.entries()) {
      const carried = parseState(JSON.parse(state));
      const read = readBatch(batch, source);
      const names = namesToAdmit(read, catalogue, floors);
      if (names.length > 0) catalogue = catalogueOf({ ...catalogue, Names: [...catalogue.Names, ...names] });
      const place = {
        source: source.name,
        seconds,
        generationOf: () => 0,
        writer: 'live',
        shardId: batch.shardId,
      } as const;
      const held = carried.kind === 'held' ? carried.state : undefined;
      plan = planWindow(place, held, { read, decisions: { catalogue, floors } }, at === window.length - 1);
      state = JSON.stringify(plan.state);
    }
    if (plan === undefined) throw new Error('a window without batches');
    return plan;
  };
}

export function tellPlan({ partials }: WindowPlan, found: Found): void {
  for (const { key, parts } of partials) {
    const [part, ...others] = parts;
    if (part === undefined || others.length > 0) throw new Error('a state overflowed, which is no part of this');
    const row = keyOf(key.EventName, decodeBucket(key.Bucket).startMs);
    for (const [measure, { sum, ...figures }] of Object.entries(part.measures)) {
      tell(found, row, measure, { ...figures, sum: roundedSum(sum) });
    }
  }
}

function rowOf(rows: PlainWindows, name: string, arrivalMs: StreamRecord['arrivalMs'], seconds: number) {
  const key = keyOf(name, arrivalMs - (arrivalMs % (seconds * 1000)));
  let row = rows.get(key);
  if (row === undefined) {
    row = new Map();
    rows.set(key, row);
  }
  return row;
}

function addPlainly(row: Map<string, PlainFigures>, measure: string, value: number): void {
  const figures = row.get(measure);
  if (figures === undefined) {
    row.set(measure, { count: 1, sum: value, minimum: value, maximum: value });
    return;
  }
  figures.count += 1;
  figures.sum += value;
  if (value < figures.minimum) figures.minimum = value;
  if (value > figures.maximum) figures.maximum = value;
}

function keyOf(name: string, startMs: number): string {
  return `${startMs} ${name}`;
}

function tell(found: Found, row: string, measure: string, figures: PlainFigures): void {
  for (const figure of ['count', 'sum', 'minimum', 'maximum'] as const) {
    found.set(`${row} ${measure} ${figure}`, figures[figure]);
  }
}
