import type { Source } from '@tidemark/core/config';
import { type Catalogue, catalogueOf } from '@tidemark/core/control/catalogue';
import { type Floors, type FloorsItem, floorsOf } from '@tidemark/core/control/floors';
import { controlItems } from '@tidemark/core/control/keys';
import { isTooNew, isTooOld } from '@tidemark/core/count/age';
import type { QuarantineReason } from '@tidemark/core/count/outcome';
import { readBatch } from '@tidemark/core/count/read';
import type { DeployedSource } from '@tidemark/core/deployment';
import { aheadOfArrivalMsMax } from '@tidemark/core/limits';
import type { Tables } from '../aws/dynamodb.ts';

/** What would become of a record that arrived now. */
export type Verdict =
  | { readonly kind: 'counted'; readonly series: readonly string[]; readonly events: number }
  | {
      readonly kind: 'set aside';
      readonly reason: QuarantineReason;
      readonly detail: string;
      /** What would have to change, or when it will have. */
      readonly remedy: string;
    };

/** What decides about a record today: the deployed fields, the prune floors and the series that there are. */
export interface TodayFacts {
  readonly floors: Floors;
  /** Absent before anything was counted. */
  readonly catalogue?: Catalogue;
  readonly nowMs: number;
}

export async function readTodayFacts(tables: Tables, source: DeployedSource, nowMs: number): Promise<TodayFacts> {
  const { controlTable, name } = source;
  const [floors, catalogue] = await Promise.all([
    tables.controlItem(controlTable, name, controlItems.floors),
    tables.catalogue(controlTable, name),
  ]);
  return {
    floors: floorsOf(floors as FloorsItem | undefined),
    ...(catalogue === undefined ? {} : { catalogue: catalogueOf(catalogue) }),
    nowMs,
  };
}

/** Reads a record as the functions would that are deployed, were it put on the stream by itself and arrived now. */
export function verdictOf(data: Uint8Array, deployed: DeployedSource, facts: TodayFacts): Verdict {
  const source = sourceOf(deployed);
  const read = readAt(data, source, facts.nowMs);
  const [malformed] = read.malformed;
  if (malformed !== undefined) {
    const { reason, detail } = malformed;
    return { kind: 'set aside', reason, detail, remedy: remedyOf(reason, data, source, facts.nowMs) };
  }
  for (const timeMs of read.events.timeMs) {
    const aged = agedVerdict(timeMs, source, facts);
    if (aged !== undefined) return aged;
  }
  const series = read.names.map((name) => (isOther(name, facts) ? '$other' : name));
  return { kind: 'counted', series, events: read.events.name.length };
}

function agedVerdict(timeMs: number, source: Source, { floors, nowMs }: TodayFacts): Verdict | undefined {
  const time = new Date(timeMs).toISOString();
  if (isTooNew(timeMs, nowMs)) {
    const from = new Date(timeMs - aheadOfArrivalMsMax).toISOString();
    const detail = `time: ${time} is more than two hours ahead`;
    return { kind: 'set aside', reason: 'too-new', detail, remedy: `its time has come at ${from}: resubmit it then` };
  }
  if (!isTooOld(timeMs, nowMs, source, floors)) return undefined;
  const detail = `time: ${time} lies below the prune floor of every bucket size`;
  return { kind: 'set aside', reason: 'too-old', detail, remedy: 'it stays too old: prune floors only rise' };
}

/** Faults of the fields: the same record might be right where its name, its time and its measures are looked for elsewhere. */
const ofFields: ReadonlySet<QuarantineReason> = new Set([
  'name-missing',
  'name-not-a-string',
  'name-empty',
  'time-missing',
  'time-unreadable',
  'measure-missing',
  'measure-not-a-number',
]);

function remedyOf(reason: QuarantineReason, data: Uint8Array, source: Source, nowMs: number): string {
  const later = source.revisions.find(
    ({ fromMs }) => fromMs > nowMs && readAt(data, source, fromMs).malformed.length === 0,
  );
  if (later === undefined)
    return ofFields.has(reason)
      ? 'a revision of the configuration that reads it, or its producer sends it anew as it should be'
      : 'no configuration reads it: its producer must send it anew as it should be';
  return `the revision that holds from ${new Date(later.fromMs).toISOString()} on reads it: resubmit it then`;
}

function readAt(data: Uint8Array, source: Source, arrivalMs: number) {
  const record = { sequenceNumber: '1', partitionKey: '', data: Buffer.from(data).toString('base64'), arrivalMs };
  return readBatch({ shardId: '', records: [record] }, source);
}

/** A name that has a slot keeps it; the next free slot is the last of them. */
function isOther(name: string, { catalogue, nowMs }: TodayFacts): boolean {
  if (catalogue === undefined) return false;
  return (catalogue.slotOf(name) ?? catalogue.Names.length) >= catalogue.capAt(nowMs);
}

function sourceOf({ name, event, revisions, buckets, window }: DeployedSource): Source {
  return {
    name,
    revisions: revisions ?? [{ fromMs: 0, event }],
    buckets,
    ...(window === undefined ? {} : { window: { seconds: window.seconds } }),
    // The catalogue tells the cap.
    maxSeries: 0,
  };
}
