import type { StepCall } from '@tidemark/core/replay/steps';
import { bucketSizes } from '@tidemark/core/series/bucket';
import type { SpanSize } from '@tidemark/core/series/key';
import { isWindowSize } from '@tidemark/core/series/window';
import * as v from 'valibot';
import { caughtError, count, ms, parseRunCall, text } from '../runs/call.ts';

const consumer = v.picklist(['count', 'window']);
const spanSize = v.custom<SpanSize>(
  (value) => typeof value === 'string' && ((bucketSizes as readonly string[]).includes(value) || isWindowSize(value)),
  'Expected the size of a bucket or window',
);

const settings = v.strictObject({
  source: text,
  seriesTable: text,
  controlTable: text,
  bucket: text,
  streamArn: text,
  recountFunction: text,
  pipeRoleArn: text,
  pipePrefix: text,
  sizes: v.array(spanSize),
  publishSize: v.exactOptional(v.picklist(bucketSizes)),
  window: v.exactOptional(v.strictObject({ seconds: v.pipe(count, v.minValue(1)), measures: v.array(text) })),
  mappings: v.array(v.strictObject({ consumer, mapping: text })),
  holdSeconds: count,
  recountDrainSeconds: count,
  archive: v.boolean(),
});

const request = v.strictObject({
  run: text,
  source: text,
  from: v.exactOptional(v.union([v.literal('trim-horizon'), ms])),
  toMs: v.exactOptional(ms),
  verify: v.exactOptional(v.boolean()),
  force: v.exactOptional(v.boolean()),
  undoes: v.exactOptional(text),
  reason: v.exactOptional(v.string()),
  startedBy: v.exactOptional(v.string()),
});

const place = v.exactOptional(v.strictObject({ size: spanSize, name: text, key: v.string() }));
const compareCursor = v.strictObject({
  pass: count,
  part: count,
  parts: v.array(count),
  after: place,
  done: v.exactOptional(v.strictObject({ part: count, line: count })),
  tally: v.strictObject({ Equal: count, Different: count, Undecided: count, UndecidedClosed: count }),
  worst: v.array(v.strictObject({ name: text, size: spanSize, different: count, events: v.number() })),
});

const staySpan = v.strictObject({
  fromMs: ms,
  toMs: ms,
  reason: v.picklist(['counted-since', 'no-checkpoint', 'too-many-runs']),
});
const bySize = <const Value extends v.GenericSchema>(value: Value) => v.record(spanSize, value);
const undoCursor = v.strictObject({
  after: place,
  stays: bySize(v.array(staySpan)),
  last: bySize(ms),
  noted: v.exactOptional(
    v.strictObject({
      parts: count,
      at: v.exactOptional(v.strictObject({ Size: spanSize, Name: text, FromMs: ms })),
    }),
  ),
});

const outcomes = ['equal', 'different', 'switched', 'undone', 'aborted', 'cancelled', 'failed'] as const;
const common = { run: text, source: text, settings };

const stepCall = v.variant('op', [
  v.strictObject({
    op: v.literal('prepare'),
    ...common,
    kind: v.picklist(['replay', 'backfill', 'undo']),
    execution: text,
    request,
  }),
  v.strictObject({ op: v.literal('tail'), ...common }),
  v.strictObject({ op: v.literal('contiguous'), ...common }),
  v.strictObject({ op: v.literal('begun'), ...common }),
  v.strictObject({ op: v.literal('progress'), ...common }),
  v.strictObject({ op: v.literal('compare'), ...common, cursor: v.exactOptional(compareCursor) }),
  v.strictObject({
    op: v.literal('noteHold'),
    ...common,
    mappings: v.array(v.strictObject({ mapping: text, state: text })),
  }),
  v.strictObject({ op: v.literal('held'), ...common }),
  v.strictObject({ op: v.literal('passed'), ...common }),
  v.strictObject({ op: v.literal('switch'), ...common }),
  v.strictObject({ op: v.literal('letGo'), ...common }),
  v.strictObject({ op: v.literal('correct'), ...common }),
  v.strictObject({ op: v.literal('undo'), ...common, cursor: v.exactOptional(undoCursor) }),
  v.strictObject({ op: v.literal('abort'), ...common, error: caughtError }),
  v.strictObject({ op: v.literal('finish'), ...common, outcome: v.picklist(outcomes), error: caughtError }),
]);

/** Throws `BadCall`, which names what is wrong. */
export function parseCall(event: unknown): StepCall {
  return parseRunCall<StepCall>(stepCall, event);
}
