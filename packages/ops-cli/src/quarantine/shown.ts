import type { QuarantineBody } from '@tidemark/core/count/quarantine';
import type { DeployedSource } from '@tidemark/core/deployment';
import { markerJson } from './json.ts';
import type { Marker } from './marker.ts';
import { setAsideOf } from './object.ts';
import { partsOf, userRanges } from './parts.ts';
import { recordText } from './record-text.ts';
import { type TodayFacts, type Verdict, verdictOf } from './today.ts';

/** One record of the quarantine, looked at. */
export interface Shown {
  /** The full key. */
  readonly key: string;
  readonly body: QuarantineBody;
  readonly bytes: number;
  /** Events in the aggregate; absent where it is none. */
  readonly aggregateOf?: number;
  readonly marker?: Marker;
  /** What was set aside of it. */
  readonly events: readonly ShownEvent[];
}

export interface ShownEvent {
  readonly reason: QuarantineBody['reason'];
  readonly index: number;
  readonly data: Uint8Array;
  /** What would become of it today. */
  readonly verdict: Verdict;
}

/** Undefined where the object names events that its record does not have. */
export function shownOf(
  key: string,
  object: string,
  body: QuarantineBody,
  marker: Marker | undefined,
  source: DeployedSource,
  facts: TodayFacts,
): Shown | undefined {
  const parts = partsOf(object, body);
  if (parts === undefined) return undefined;
  const bytes = Buffer.from(body.data, 'base64');
  const ranges = userRanges(bytes);
  const events = setAsideOf(body).map(({ reason, index }, at) => {
    const data = parts[at]?.data ?? new Uint8Array();
    return { reason, index, data, verdict: verdictOf(data, source, facts) };
  });
  return {
    key,
    body,
    bytes: bytes.length,
    ...(ranges === undefined ? {} : { aggregateOf: ranges.length / 2 }),
    ...(marker === undefined ? {} : { marker }),
    events,
  };
}

export function shownJson({ key, body, bytes, aggregateOf, marker, events }: Shown): object {
  const { data, more: _more, index: _index, ...told } = body;
  return {
    kind: 'record',
    key,
    ...told,
    bytes,
    ...(aggregateOf === undefined ? {} : { aggregateOf }),
    ...(marker === undefined ? {} : markerJson(marker)),
    events: events.map(({ reason, index, data: event, verdict }) => {
      const { text } = recordText(event);
      return { reason, index, today: verdict, ...(text === undefined ? {} : { text }) };
    }),
    data,
  };
}
