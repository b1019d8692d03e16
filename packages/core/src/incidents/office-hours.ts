import { recurrence } from './recurrence.ts';
import type { Contact, EscalationSettings, OfficeHours } from './settings.ts';

/** Where a contact is, as far as the hours of its tiers say: a zone by its name of IANA. */
export function zoneOf({ tiers }: EscalationSettings, contact: Contact): string | undefined {
  return tiers.find(({ notify, hours }) => hours !== undefined && notify.includes(contact))?.hours?.zone;
}

/** Whether it is within the hours. Clocks of summer and winter are those of the zone. */
export function isOpen(hours: OfficeHours, atMs: number): boolean {
  const opened = opening(hours).latest(atMs);
  if (opened === undefined) return false;
  const closed = closing(hours).next(opened);
  return closed === undefined || atMs < closed;
}

/** When the hours begin next, after `afterMs`. */
export function nextOpening(hours: OfficeHours, afterMs: number): number {
  const next = opening(hours).next(afterMs);
  if (next === undefined) throw new RangeError(`hours that never begin: ${JSON.stringify(hours)}`);
  return next;
}

function opening({ days, fromMinute, zone }: OfficeHours) {
  // Sunday is the first day of a week to EventBridge.
  const named = days.map((day) => (day % 7) + 1).join(',');
  return recurrence(`${timeOf(fromMinute)} ? * ${named} *`, zone);
}

/** Every day: the first of them after an opening ends it, be it on the next day. */
function closing({ toMinute, zone }: OfficeHours) {
  return recurrence(`${timeOf(toMinute)} * * ? *`, zone);
}

/** The fields of minutes and hours. */
function timeOf(minuteOfDay: number): string {
  return `${minuteOfDay % 60} ${Math.floor(minuteOfDay / 60) % 24}`;
}
