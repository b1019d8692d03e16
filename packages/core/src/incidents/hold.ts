import type { RunLock } from '../replay/lock.ts';
import type { RunItem } from '../replay/run.ts';
import type { Hold } from './change.ts';
import type { IncidentItem, SilenceItem } from './items.ts';
import { recurrence } from './recurrence.ts';
import type { DeployedAlarm, MaintenanceSettings } from './settings.ts';

/** After a run has let live counting go, what had waited is counted: so long its source's alarms tell nobody. Milliseconds. */
export const runSettleMs = 10 * 60_000;
/** A run that holds live counting for longer is a trouble of its own: from then on it holds back nothing. Milliseconds. */
export const runHoldMsMax = 30 * 60_000;
/** How soon to look again while a run holds live counting: nobody knows when it lets go. Milliseconds. */
const lookAgainMs = 60_000;

/** What may hold back the telling of an alarm. */
export interface Holds {
  readonly silences: readonly { readonly id: string; readonly item: SilenceItem }[];
  readonly maintenance: readonly MaintenanceSettings[];
  /** Of the alarm's source: the lock of its timeline, and its newest runs. None for an alarm of the stage. */
  readonly lock?: RunLock;
  readonly runs: readonly { readonly run: string; readonly item: Pick<RunItem, 'HeldUntilMs'> }[];
}

/** What holds an alarm back now, of several what does so the longest; undefined: nothing. */
export function holdOf(alarm: DeployedAlarm, holds: Holds, nowMs: number): Hold | undefined {
  const all = [
    ...holds.silences.map(({ id, item }) => silenceHold(alarm, id, item, nowMs)),
    ...holds.maintenance.map((window) => maintenanceHold(alarm, window, nowMs)),
    lockHold(holds.lock, nowMs),
    ...holds.runs.map(({ run, item }) => runHold(run, item)),
  ];
  return all.reduce<Hold | undefined>((longest, hold) => laterHold(longest, hold, nowMs), undefined);
}

/** The one of two that holds for longer; one that is over is none. */
export function laterHold(one: Hold | undefined, other: Hold | undefined, nowMs: number): Hold | undefined {
  const standing = [one, other].flatMap((hold) => (hold === undefined || hold.untilMs <= nowMs ? [] : [hold]));
  const [first, second] = standing;
  return second !== undefined && first !== undefined && second.untilMs > first.untilMs ? second : first;
}

/** What holds back an incident itself: its alarm was deployed just now. */
export function unarmed({ UnarmedUntilMs }: Pick<IncidentItem, 'UnarmedUntilMs'>): Hold | undefined {
  return UnarmedUntilMs === undefined
    ? undefined
    : { untilMs: UnarmedUntilMs, because: 'deployed just now, and not OK since' };
}

/** Whether a silence, of alarms and sources that are named, is about an alarm. */
export function covers({ Sources, Alarms }: Pick<SilenceItem, 'Sources' | 'Alarms'>, alarm: DeployedAlarm): boolean {
  if (Sources !== undefined && !Sources.includes(alarm.source)) return false;
  const names = [alarm.alarm, alarm.name, `${alarm.source}-${alarm.name}`];
  return Alarms === undefined || Alarms.some((pattern) => names.some((name) => isMatch(pattern, name)));
}

function isMatch(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function silenceHold(alarm: DeployedAlarm, id: string, silence: SilenceItem, nowMs: number): Hold | undefined {
  if (!covers(silence, alarm) || nowMs < silence.FromMs) return undefined;
  return { untilMs: silence.ToMs, because: `silence ${id} by ${silence.By}: ${silence.Reason}` };
}

function maintenanceHold(alarm: DeployedAlarm, window: MaintenanceSettings, nowMs: number): Hold | undefined {
  if (window.sources !== undefined && !window.sources.includes(alarm.source)) return undefined;
  const beganMs = recurrence(window.cron, window.zone).latest(nowMs);
  if (beganMs === undefined) return undefined;
  return { untilMs: beganMs + window.forMs, because: `maintenance ${window.cron} (${window.zone})` };
}

/** A run that has disabled mappings, or is about to, and has not let them go. */
function lockHold(lock: RunLock | undefined, nowMs: number): Hold | undefined {
  if (lock?.HeldMs === undefined || (lock.Held ?? []).length === 0) return undefined;
  const untilMs = Math.min(nowMs + lookAgainMs, lock.HeldMs + runHoldMsMax);
  return { untilMs, because: `run ${lock.Run} holds counting` };
}

function runHold(run: string, { HeldUntilMs }: Pick<RunItem, 'HeldUntilMs'>): Hold | undefined {
  if (HeldUntilMs === undefined) return undefined;
  return { untilMs: HeldUntilMs + runSettleMs, because: `run ${run} has held counting until just now` };
}
