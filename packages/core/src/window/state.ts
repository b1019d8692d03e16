import * as v from 'valibot';
import type { LedgerCounts } from '../control/ledger.ts';
import type { RecordMark } from '../count/checkpoint.ts';
import { exactSumOf } from '../series/exact-sum.ts';
import type { Measured } from '../series/figures.ts';
import type { LedgerPart, WindowContent } from './part.ts';

/** What a shard's records have added to one (name, window) since it was written last. */
export interface HeldPart extends WindowContent {
  /** Length of the window: it may have been configured otherwise since. */
  readonly seconds: number;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly name: string;
}

/** What Lambda carries from one invocation of a shard's window to the next. */
export interface WindowState {
  /** In the order in which they entered: the last are the youngest. */
  readonly parts: readonly HeldPart[];
  /** One for each arrival day. */
  readonly days: readonly LedgerPart[];
  /** The first record since the state was empty, whatever became of it. */
  readonly first: RecordMark;
  /** The last record that was handled: in the parts, or in a row already. */
  readonly last: RecordMark;
  /** Events since the state was empty, malformed ones included. */
  readonly received: number;
}

/** What an invocation was handed. What cannot be read, that of another version above all, is as good as lost: its records are read again. */
export type ParsedState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'held'; readonly state: WindowState }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Raised whenever what is written below changes. */
const version = 2;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const instant = v.pipe(v.number(), v.safeInteger());
const fence = v.pipe(v.string(), v.regex(/^\d{3}:\d{1,129}$/));

/** Far beyond any sum of measures, and far from where sums are infinite. */
const number = v.pipe(v.number(), v.minValue(-1e200), v.maxValue(1e200));

/** Place of the measure's name, count, minimum, maximum, then the exact sum. */
const figures = v.tupleWithRest([count, count, number, number], number);
/** Length of the window in seconds, its start, name, first and last record, readings, measures. */
const part = v.tuple([count, instant, v.string(), fence, fence, count, v.array(figures)]);
/** Day, first and last record; received, counted, quarantined, malformed, too old, too new, over the cap. */
const day = v.tuple([v.string(), fence, fence, v.tuple([count, count, count, count, count, count, count])]);

/** As the state is on its way: the names of fields once, and not once for each of a thousand parts. */
const carried = v.pipe(
  v.object({
    version: v.literal(version),
    measures: v.array(v.string()),
    parts: v.array(part),
    days: v.array(day),
    first: v.tuple([fence, instant]),
    last: v.tuple([fence, instant]),
    received: count,
  }),
  v.check(
    ({ measures, parts }) =>
      parts.every(([, , , , , , figures]) => figures.every(([place]) => place < measures.length)),
    'a measure without a name',
  ),
);

/** The state as a JSON object, which every response of the function holds; `{}` is the empty one. */
export type CarriedState = Readonly<v.InferOutput<typeof carried>> | Readonly<Record<string, never>>;

/** `{}`, null and nothing at all are the empty state. Never throws. */
export function parseState(value: unknown): ParsedState {
  if (value === undefined || value === null) return { kind: 'empty' };
  if (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0) return { kind: 'empty' };
  const result = v.safeParse(carried, value);
  if (!result.success) {
    const [issue] = result.issues;
    // What was found is left out: it may be the name of a series, which no log line holds.
    return {
      kind: 'unreadable',
      reason: `${v.getDotPath(issue) ?? 'state'}: expected ${issue.expected ?? issue.message}`,
    };
  }
  return { kind: 'held', state: stateFrom(result.output) };
}

export function serializeState(state: WindowState | undefined): CarriedState {
  if (state === undefined) return {};
  const places = new Map<string, number>();
  const placeOf = (measure: string): number => {
    const place = places.get(measure) ?? places.size;
    places.set(measure, place);
    return place;
  };
  const parts = state.parts.map((held): v.InferOutput<typeof part> => {
    const measures = Object.entries(held.measures).map(
      ([measure, { count, minimum, maximum, sum }]): v.InferOutput<typeof figures> => [
        placeOf(measure),
        count,
        minimum,
        maximum,
        ...sum,
      ],
    );
    return [held.seconds, held.startMs, held.name, held.first, held.last, held.records, measures];
  });
  return {
    version,
    measures: [...places.keys()],
    parts,
    days: state.days.map(({ day, first, last, counts }) => [day, first, last, countsOut(counts)]),
    first: [state.first.sequence, state.first.arrivalMs],
    last: [state.last.sequence, state.last.arrivalMs],
    received: state.received,
  };
}

function stateFrom({ measures, parts, days, first, last, received }: v.InferOutput<typeof carried>): WindowState {
  return {
    parts: parts.map(([seconds, startMs, name, first, last, records, figures]) => {
      const measured: Measured = Object.fromEntries(
        figures.map(([place, count, minimum, maximum, ...sum]) => [
          measures[place] as string,
          { count, minimum, maximum, sum: exactSumOf(sum) },
        ]),
      );
      return { seconds, startMs, name, first, last, records, measures: measured };
    }),
    days: days.map(([day, first, last, counts]) => ({ day, first, last, counts: countsIn(counts) })),
    first: { sequence: first[0], arrivalMs: first[1] },
    last: { sequence: last[0], arrivalMs: last[1] },
    received,
  };
}

type CarriedCounts = v.InferOutput<typeof day>[3];

function countsOut(counts: LedgerCounts): CarriedCounts {
  const { Received, Counted, Quarantined, Malformed, TooOld, TooNew, OverCap } = counts;
  return [Received, Counted, Quarantined, Malformed, TooOld, TooNew, OverCap];
}

function countsIn([Received, Counted, Quarantined, Malformed, TooOld, TooNew, OverCap]: CarriedCounts): LedgerCounts {
  return { Received, Counted, Quarantined, Malformed, TooOld, TooNew, OverCap, Redelivered: 0 };
}
