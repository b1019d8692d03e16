import { createHash } from 'node:crypto';

/**
 * `20261120T091500Z-0a1b2c3d`: the same for every delivery of one transition of an alarm, ascending by its time, and the name of the execution. `alarm` is the
 * alarm's name in CloudWatch.
 */
export function incidentId(alarm: string, transitionMs: number): string {
  const digest = createHash('sha256').update(`${alarm}\n${transitionMs}`).digest('hex');
  return incidentIdOf(transitionMs, digest.slice(0, 8));
}

/** Put together of its parts. `hash`: 8 hexadecimal digits. */
export function incidentIdOf(transitionMs: number, hash: string): string {
  return `${new Date(transitionMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${hash}`;
}

export function isIncidentId(text: string): boolean {
  return /^\d{8}T\d{6}Z-[0-9a-f]{8}$/.test(text);
}

/** When its alarm turned on, in whole seconds: milliseconds since the epoch. */
export function instantOfId(incident: string): number {
  const [, year, month, day, hour, minute, second] = (
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(incident) ?? []
  ).map(Number);
  const ms = Date.UTC(year ?? Number.NaN, (month ?? 0) - 1, day, hour, minute, second);
  if (Number.isNaN(ms)) throw new Error(`${incident} is not the id of an incident`);
  return ms;
}

/** The name of the how-manieth execution of an incident, from 1. */
export function executionName(incident: string, execution: number): string {
  return execution === 1 ? incident : `${incident}-${execution}`;
}
