/** Why a record was set aside. Stable words: they are stored in the quarantine and shown to operators. */
export const malformedReasons = [
  'record-too-large',
  'record-empty',
  'gzip-broken',
  'gzip-too-large',
  'aggregate-too-large',
  'not-utf8',
  'not-json',
  'not-an-object',
  'nested-too-deep',
  'name-missing',
  'name-not-a-string',
  'name-empty',
  'name-too-long',
  'name-not-printable',
  'name-reserved',
  'time-missing',
  'time-unreadable',
  'measure-missing',
  'measure-not-a-number',
  'measure-out-of-range',
] as const;
export type MalformedReason = (typeof malformedReasons)[number];
export type QuarantineReason = MalformedReason | 'too-old' | 'too-new';

/**
 * Where a decoded record goes. A callback instead of a returned object: one record of a KPL aggregate may hold many
 * events, and the hot path allocates nothing for an ordinary one.
 */
export interface RecordSink {
  /**
   * `timeMs`: event time, milliseconds since the epoch, UTC. `measured`: the event's measures in the order of
   * `EventFields.measures`, each finite, none of them -0; the same array for event after event, so that a sink copies what it keeps; absent where the fields have none.
   */
  event(name: string, timeMs: number, measured?: readonly number[]): void;
  /** `detail` names the field, what was found (never the payload at length, at most about 100 characters) and what was expected. */
  malformed(reason: MalformedReason, detail: string): void;
}
