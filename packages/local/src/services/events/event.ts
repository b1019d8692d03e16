import { randomUUID } from 'node:crypto';

/** An event as EventBridge matches it and hands it to targets. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  /** `aws.states`, or what a caller of PutEvents chose. */
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in UTC, by the second: `2026-11-02T09:00:00Z`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What whoever reports an event says of it. */
export interface NewEvent {
  readonly source: string;
  readonly detailType: string;
  /** Engine time. */
  readonly timeMs: number;
  /** ARNs; none without it. */
  readonly resources?: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export function busEvent(
  { source, detailType, timeMs, resources = [], detail }: NewEvent,
  { region, account }: { readonly region: string; readonly account: string },
): BusEvent {
  return {
    ...{ version: '0', id: randomUUID(), 'detail-type': detailType, source, account, time: timeText(timeMs) },
    ...{ region, resources, detail },
  };
}

/** `2026-11-02T09:00:00Z` */
export function timeText(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
