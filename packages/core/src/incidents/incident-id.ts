import { createHash } from 'node:crypto';

/**
 * `20261120T091500Z-0a1b2c3d`: the same for every delivery of one transition of an alarm, ascending by its time, and the name of the execution. `alarm` is the
 * alarm's name in CloudWatch.
 */
export function incidentId(alarm: string, transitionMs: number): string {
  const digest = createHash('sha256').update(`${alarm}\n${transitionMs}`).digest('hex');
  return `${new Date(transitionMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${digest.slice(0, 8)}`;
}

export function isIncidentId(text: string): boolean {
  return /^\d{8}T\d{6}Z-[0-9a-f]{8}$/.test(text);
}

/** The name of the how-manieth execution of an incident, from 1. */
export function executionName(incident: string, execution: number): string {
  return execution === 1 ? incident : `${incident}-${execution}`;
}
