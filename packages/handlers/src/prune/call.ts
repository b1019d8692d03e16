import type { StepCall } from '@tidemark/core/prune/steps';
import { isSpanSize } from '@tidemark/core/series/key';
import * as v from 'valibot';
import { caughtError, count, ms, parseRunCall, text } from '../runs/call.ts';

const slot = v.pipe(v.number(), v.integer(), v.minValue(-1));
const spanSize = v.custom<string>(isSpanSize, 'Expected the size of a bucket or window');

const settings = v.strictObject({
  source: text,
  seriesTable: text,
  controlTable: text,
  bucket: text,
  streamArn: text,
  sizes: v.array(spanSize),
  retentionMs: v.record(spanSize, v.pipe(count, v.minValue(1))),
  keepReplacedMs: count,
  writeUnitsPerSecond: v.pipe(v.number(), v.minValue(1)),
  drainSeconds: count,
  consumers: v.array(v.picklist(['count', 'window'])),
});

const request = v.strictObject({
  run: text,
  source: text,
  from: v.exactOptional(ms),
  toMs: v.exactOptional(ms),
  beforeMs: v.exactOptional(ms),
  sizes: v.exactOptional(v.pipe(v.array(spanSize), v.minLength(1))),
  nightly: v.exactOptional(v.literal(true)),
  untilMs: v.exactOptional(ms),
  reason: v.exactOptional(v.string()),
  startedBy: v.exactOptional(v.string()),
});

const itemTally = { Items: count, Bytes: count };
const pruneTally = v.strictObject({
  ...itemTally,
  Buckets: count,
  Objects: count,
  Replaced: count,
  Again: count,
  WriteUnits: count,
  BySize: v.record(spanSize, v.strictObject(itemTally)),
  BySlot: v.record(v.string(), v.strictObject(itemTally)),
});
const seriesCursor = v.strictObject({ slot, work: count, after: v.exactOptional(text), tally: pruneTally });
const restoreTally = v.strictObject({ ...itemTally, Standing: count, Objects: count, Missing: count });
const restoreCursor = v.strictObject({
  slot,
  size: spanSize,
  day: text,
  object: v.exactOptional(v.strictObject({ key: text, lines: count })),
  tally: restoreTally,
});

const outcomes = ['pruned', 'restored', 'aborted', 'cancelled', 'failed'] as const;
const common = { run: text, source: text, settings };
const range = { child: v.pipe(v.string(), v.regex(/^\d\d$/)), first: slot, last: slot };

const stepCall = v.variant('op', [
  v.strictObject({
    op: v.literal('prepare'),
    ...common,
    kind: v.picklist(['prune', 'restore']),
    execution: text,
    request,
  }),
  v.strictObject({ op: v.literal('counted'), ...common }),
  v.strictObject({ op: v.literal('plan'), ...common }),
  v.strictObject({ op: v.literal('series'), ...common, ...range, cursor: v.exactOptional(seriesCursor) }),
  v.strictObject({ op: v.literal('restore'), ...common, ...range, cursor: v.exactOptional(restoreCursor) }),
  v.strictObject({ op: v.literal('open'), ...common }),
  v.strictObject({ op: v.literal('abort'), ...common, error: caughtError }),
  v.strictObject({ op: v.literal('finish'), ...common, outcome: v.picklist(outcomes), error: caughtError }),
]);

/** Throws `BadCall`, which names what is wrong. */
export function parseCall(event: unknown): StepCall {
  return parseRunCall<StepCall>(stepCall, event);
}
