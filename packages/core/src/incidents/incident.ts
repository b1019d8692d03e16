import { executionName } from './incident-id.ts';
import type { IncidentItem, LogEntry } from './items.ts';
import type { Contact } from './settings.ts';
import type { IncidentEffect } from './steps.ts';

/** How many entries of the log an item keeps, and how long a text may be: an item has 400 KB, and each of its writes is paid by the KB. */
export const logMax = 200;
export const logTextMax = 500;
/** How long an incident is kept that has ended, in milliseconds: more than a year. */
const keptMs = 400 * 24 * 60 * 60_000;
/** How often an end is tried to be told to those who cannot be reached. */
export const endTriesMax = 5;
/** How long after a failure others are told, or the same again, in milliseconds. */
export const failedAgainMs = 60_000;

/** The alarm is off for good, or somebody has said so. There may be an end to tell yet. */
export function isEnded({ Status }: Pick<IncidentItem, 'Status'>): boolean {
  return Status === 'recovered' || Status === 'resolved';
}

/** Nothing is left to do. */
export function isOver(item: IncidentItem): boolean {
  return isEnded(item) && stillToHear(item).length === 0;
}

/** Who was told of the beginning, and not of the end yet. */
export function stillToHear({ Told, ToldEnd = [], EndTries = 0 }: IncidentItem): Contact[] {
  return EndTries >= endTriesMax ? [] : Told.filter((contact) => !ToldEnd.includes(contact));
}

/** A change of an item, with what is to be noted of it. A field that is `undefined` is taken away. */
export type ItemChange = {
  readonly [Key in keyof Omit<IncidentItem, 'Version' | 'Log' | 'LogDropped'>]?: IncidentItem[Key] | undefined;
};

/** The next version of an item. The newest entries of its log are kept. */
export function changed(item: IncidentItem, change: ItemChange, log: readonly LogEntry[] = []): IncidentItem {
  const merged = Object.fromEntries(
    Object.entries({ ...item, ...change }).filter(([, value]) => value !== undefined),
  ) as unknown as IncidentItem;
  const entries = [...item.Log, ...log.map(shortened)];
  const dropped = Math.max(0, entries.length - logMax);
  return { ...merged, Version: item.Version + 1, Log: entries.slice(dropped), LogDropped: item.LogDropped + dropped };
}

function shortened(entry: LogEntry): LogEntry {
  const { Text = '' } = entry;
  return Text.length <= logTextMax ? entry : { ...entry, Text: `${Text.slice(0, logTextMax - 1)}…` };
}

/** What a change has to have that ends the incident itself. */
export function endAt(EndedMs: number): ItemChange {
  return { EndedMs, ExpiresAt: Math.ceil((EndedMs + keptMs) / 1000) };
}

/** What a change has to have that ends the pending wait: its execution goes on and asks what is next. */
export function endOfWait({ Step }: IncidentItem): ItemChange {
  return { Step: Step + 1, UntilMs: undefined };
}

/** What is to be done, if it was not done yet, when somebody finds the item as it is. */
export function pendingEffects(source: string, incident: string, item: IncidentItem): IncidentEffect[] {
  if (isOver(item)) return [];
  return [...(item.Executions === 1 ? [startOf(source, incident, item)] : []), ...wakeOf(item)];
}

export function startOf(source: string, incident: string, { Executions }: IncidentItem): IncidentEffect {
  const input = { source, incident, execution: Executions };
  return { kind: 'start-execution', name: executionName(incident, Executions), input };
}

/** A wait that was ended, and whose execution has not gone on since. */
export function wakeOf({ Token, UntilMs }: IncidentItem): IncidentEffect[] {
  return Token !== undefined && UntilMs === undefined ? [{ kind: 'wake', token: Token }] : [];
}
