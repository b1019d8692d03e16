import { malformedReasons, type QuarantineReason } from '@tidemark/core/count/outcome';
import type { QuarantineBody } from '@tidemark/core/count/quarantine';
import { isSequenceNumber } from '@tidemark/core/series/sequence';
import * as v from 'valibot';

/** Every reason for which a record is set aside. */
export const quarantineReasons: readonly QuarantineReason[] = [...malformedReasons, 'too-old', 'too-new'];

const reason = v.picklist(quarantineReasons);
const index = v.pipe(v.number(), v.integer(), v.minValue(0));

const record: v.GenericSchema<unknown, QuarantineBody> = v.pipe(
  v.object({
    reason,
    detail: v.string(),
    index,
    source: v.string(),
    shardId: v.string(),
    sequenceNumber: v.pipe(v.string(), v.check(isSequenceNumber, 'not a sequence number')),
    arrival: v.pipe(
      v.string(),
      v.check((text) => !Number.isNaN(Date.parse(text)), 'not a time'),
    ),
    partitionKey: v.string(),
    data: v.string(),
    more: v.exactOptional(v.array(v.object({ reason, index }))),
  }),
  v.readonly(),
);

const part = v.object({
  reason: v.literal('part-past-mending'),
  detail: v.string(),
  source: v.string(),
  shardId: v.string(),
  fence: v.string(),
  part: v.looseObject({ first: v.string(), last: v.string() }),
});

/** A part of a window, or of the ledger, that was past mending (core/window/set-aside.ts). */
export type SetAsidePart = v.InferOutput<typeof part>;

/** What an object of the quarantine holds. */
export type Quarantined =
  | { readonly kind: 'record'; readonly body: QuarantineBody }
  | { readonly kind: 'part'; readonly body: SetAsidePart }
  /** Nothing that Tidemark writes; `detail` says what is wrong with it. */
  | { readonly kind: 'foreign'; readonly detail: string };

/** Reads the JSON of an object. */
export function quarantinedOf(json: unknown): Quarantined {
  const asPart = v.safeParse(part, json);
  if (asPart.success) return { kind: 'part', body: asPart.output };
  const asRecord = v.safeParse(record, json);
  if (asRecord.success) return { kind: 'record', body: asRecord.output };
  const [issue] = asRecord.issues;
  return { kind: 'foreign', detail: `${v.getDotPath(issue) ?? 'value'}: ${issue.message}` };
}

/** Everything of a record that was set aside, by its place, ascending. */
export function setAsideOf({ reason, index, more = [] }: QuarantineBody): Pick<QuarantineBody, 'reason' | 'index'>[] {
  return [{ reason, index }, ...more];
}

/** Where the objects of a source lie. */
export function quarantinePrefix(source: string): string {
  return `quarantine/${source}/`;
}

/** The full key of an object that an operator named in full or without `quarantine/<source>/`. */
export function fullKey(source: string, key: string): string {
  const isFull = key.startsWith(quarantinePrefix(source)) || key.startsWith(givenUpPrefix);
  return isFull ? key : quarantinePrefix(source) + key;
}

/** The key without `quarantine/<source>/`: what operators are shown, and what a marker is named for. */
export function shortKey(source: string, key: string): string {
  return key.startsWith(quarantinePrefix(source)) ? key.slice(quarantinePrefix(source).length) : key;
}

/** Where Lambda leaves what it gave up on. */
export const givenUpPrefix = 'aws/lambda/';

/** The day in a key: of a record that of its arrival, of a part that of its window's start. */
export function dayOf(short: string): string {
  return short.split('/')[0] ?? '';
}
