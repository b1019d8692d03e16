import type { AnswerChange } from './change.ts';
import { changed, endAt, endOfWait, isEnded, wakeOf } from './incident.ts';
import type { AcknowledgedHow, IncidentItem } from './items.ts';

export interface Acknowledgement {
  readonly by: string;
  readonly how: AcknowledgedHow;
  readonly nowMs: number;
  /** For whoever looks at the incident. */
  readonly note?: string;
}

/** Somebody takes it on: nobody else is told, unless the alarm is still on long after. Once more by anybody: nothing changes. */
export function acknowledge(item: IncidentItem, { by, how, nowMs, note }: Acknowledgement): AnswerChange {
  if (isEnded(item)) return { ok: false, because: 'ended', status: item.Status };
  if (item.Acknowledged !== undefined) return { ok: true, item, effects: wakeOf(item) };
  const AtMs = answeredAt(item, nowMs);
  const Acknowledged = { By: by, AtMs, How: how, ...(note === undefined ? {} : { Note: note }) };
  // One that settles goes on settling.
  const status = item.Status === 'settling' ? { Before: 'acknowledged' as const } : { Status: 'acknowledged' as const };
  const released = { HeldUntilMs: undefined, HeldBecause: undefined };
  const next = changed(item, { ...status, ...released, Acknowledged, ...endOfWait(item) }, [
    { AtMs, Kind: 'acknowledged', By: by, Text: note === undefined ? how : `${how}: ${note}` },
  ]);
  return { ok: true, item: next, effects: wakeOf(next) };
}

/** Somebody says that it is over, whatever its alarm does. Once more: nothing changes. */
export function resolve(
  item: IncidentItem,
  { by, nowMs, reason }: { readonly by: string; readonly nowMs: number; readonly reason?: string },
): AnswerChange {
  if (item.Status === 'resolved') return { ok: true, item, effects: wakeOf(item) };
  if (isEnded(item)) return { ok: false, because: 'ended', status: item.Status };
  const said = reason === undefined ? {} : { Reason: reason };
  const AtMs = answeredAt(item, nowMs);
  const change = {
    Status: 'resolved',
    ...{ Before: undefined, HeldUntilMs: undefined, HeldBecause: undefined },
    ...{ Resolved: { By: by, AtMs, ...said }, ...endAt(AtMs), ...endOfWait(item) },
  } as const;
  const next = changed(item, change, [
    { AtMs, Kind: 'resolved', By: by, ...(reason === undefined ? {} : { Text: reason }) },
  ]);
  return { ok: true, item: next, effects: wakeOf(next) };
}

/** A clock of somebody's own may be behind: it must not be raised at once that was acknowledged just now. */
function answeredAt({ Log }: IncidentItem, nowMs: number): number {
  return Math.max(nowMs, Log.at(-1)?.AtMs ?? nowMs);
}
