import { controlItems } from '../control/keys.ts';
import type { AlarmState } from './alarm-event.ts';
import type { Contact, Severity } from './settings.ts';

/** The partition of alarms that belong to no source, of silences, of the outbox and of the key that signs links. */
export const stagePartition = '$stage';

/** Item `ALARM#<alarm>` of the Control table, without its keys. Times in milliseconds since the epoch. */
export interface AlarmItem {
  /** One more with every change. 0: there is no item yet. */
  readonly Version: number;
  readonly State: AlarmState;
  /** When it went into that state. Older transitions, and this one again, change nothing. */
  readonly TransitionMs: number;
  /** Its open incident, or its last one. */
  readonly Incident?: string;
  /** Its incidents before that, newest first, 5 at most: they may still have an end to tell. */
  readonly Earlier?: readonly string[];
  /** Whether it has been OK since it was made. */
  readonly Armed: boolean;
}

/**
 * `held`: its alarm is on, but nobody is told (`HeldBecause`). `open`: tiers are told one after the other. `settling`: its alarm is off; it
 * recovers unless the alarm turns on again soon. `unanswered`: every tier was told in vain; it waits to be raised again. The last two of the
 * list are ends.
 */
export type IncidentStatus = 'held' | 'open' | 'acknowledged' | 'unanswered' | 'settling' | 'recovered' | 'resolved';

export type AcknowledgedHow = 'command' | 'link';

/** Where an escalation stands: who was told last, counted from 1; 0 everywhere: nobody yet. */
export interface Place {
  /** How often the incident was raised, from 1. */
  readonly Raise: number;
  readonly Round: number;
  /** The tier's place in the configuration, from 1. */
  readonly Tier: number;
  /** The how-manieth time that the tier is told in this round. */
  readonly Repeat: number;
}

/** What is told to somebody: the next tier, the last word to all of them, the end to those who were told of the beginning. */
export type TellingKind = 'page' | 'last-word' | 'end';

/** One thing to tell of an incident. `try`: of an end, how often it was tried before: so that each try is an entry of its own. */
export interface Telling extends Place {
  readonly Kind: TellingKind;
  readonly Try: number;
}

export type LogKind =
  | 'opened'
  | 'held'
  | 'released'
  | 'told'
  | 'failed'
  | 'passed-over'
  | 'acknowledged'
  | 'resolved'
  | 'settling'
  | 'joined'
  | 'recovered'
  | 'raised'
  | 'unanswered'
  | 'end-told';

export interface LogEntry {
  readonly AtMs: number;
  readonly Kind: LogKind;
  readonly Tier?: number;
  readonly Contact?: Contact;
  readonly By?: string;
  readonly Text?: string;
}

/** Item `INCIDENT#<id>` of the Control table, without its keys. Times in milliseconds since the epoch. */
export interface IncidentItem extends Place {
  /** One more with every change. */
  readonly Version: number;
  /** The alarm's name in CloudWatch. */
  readonly Alarm: string;
  readonly Source: string;
  readonly Severity: Severity;
  /** What it is about, as the alarm has it. `Reason` is CloudWatch's own sentence. */
  readonly Summary: IncidentSummary;
  /** Of a composite alarm: the names in CloudWatch of those of its parts that were on when it last turned on. Absent where that is not known, and of any other. */
  readonly PartsOn?: readonly string[];
  /** When the alarm turned on. */
  readonly OpenedMs: number;
  readonly Status: IncidentStatus;
  /** While it settles: what it goes back to. */
  readonly Before?: Exclude<IncidentStatus, 'settling' | 'recovered' | 'resolved'>;
  /** While it settles, and after it has recovered: when its alarm turned off. */
  readonly OffMs?: number;
  /** How often the alarm turned on again while the incident stood. */
  readonly Flaps: number;
  readonly HeldUntilMs?: number;
  readonly HeldBecause?: string;
  /** Of an alarm that a deployment has made: nobody is told before this. */
  readonly UnarmedUntilMs?: number;
  /** One more with every wait, and with everything that ends one. */
  readonly Step: number;
  /** What the execution waits for at most. Absent while nothing is waited for, and when the wait was ended. */
  readonly UntilMs?: number;
  /** Of the pending wait. Stays until the execution goes on: whoever ends the wait may have to say so twice. */
  readonly Token?: string;
  /** How many executions were started for it: their names differ. */
  readonly Executions: number;
  /** When the next tier is due, or, of one that nobody answered, the next raise. */
  readonly DueMs: number;
  /** Whether anybody could be told since it was raised last. */
  readonly Reached: boolean;
  /** Everybody who was told, or was about to be: they hear of the end. */
  readonly Told: readonly Contact[];
  /** Those of them who have heard of the end, and how often it was tried. */
  readonly ToldEnd?: readonly Contact[];
  readonly EndTries?: number;
  readonly Acknowledged?: {
    readonly By: string;
    readonly AtMs: number;
    readonly How: AcknowledgedHow;
    readonly Note?: string;
  };
  readonly Resolved?: { readonly By: string; readonly AtMs: number; readonly Reason?: string };
  readonly EndedMs?: number;
  /** Long after it ended, when the table may delete it. Seconds since the epoch. */
  readonly ExpiresAt?: number;
  /** Ids of links that were used: each acknowledges once. */
  readonly UsedLinks?: readonly string[];
  /** The newest 200, oldest first. */
  readonly Log: readonly LogEntry[];
  /** How many older ones were dropped. */
  readonly LogDropped: number;
}

export interface IncidentSummary {
  /** `page view below 5 in 1m, 3 times`. */
  readonly What: string;
  readonly Reason: string;
  readonly Threshold?: number;
  /** The newest data point that made it turn on. */
  readonly Value?: number;
}

/** Item `SILENCE#<id>` of `$stage`, without its keys: nobody is told meanwhile. */
export interface SilenceItem {
  readonly FromMs: number;
  readonly ToMs: number;
  /** Absent: all sources, and the alarms of the stage. */
  readonly Sources?: readonly string[];
  /** Names of alarms, with or without stack and source; `page*` for all that begin so. Absent: all. */
  readonly Alarms?: readonly string[];
  readonly Reason: string;
  readonly By: string;
}

/**
 * Item `OUTBOX#<queue>#<incident>#<telling>` of `$stage`, without its keys: what waits to be told, perhaps together with others. Deleted when it
 * was sent.
 */
export interface OutboxItem {
  /** One more with every change. */
  readonly Version: number;
  /** Its partition: `Source` of the item itself is that of the outbox. */
  readonly IncidentSource: string;
  readonly Incident: string;
  readonly Telling: Telling;
  readonly GatheredMs: number;
  /** Who sends it, and since when. One who has not finished after `senderMsMax` (outbox.ts) is dead. */
  readonly Batch?: string;
  readonly ClaimedMs?: number;
}

/** Item `SIGNING` of `$stage`, without its keys: made once, on the condition that there is none. */
export interface SigningItem {
  /** 32 random bytes in base64. */
  readonly Key: string;
}

type ControlKey = { Source: string; Item: string };

export function alarmKey(source: string, alarm: string): ControlKey {
  return { Source: source, Item: controlItems.alarm(alarm) };
}

export function incidentKey(source: string, incident: string): ControlKey {
  return { Source: source, Item: controlItems.incident(incident) };
}

export function silenceKey(silence: string): ControlKey {
  return { Source: stagePartition, Item: controlItems.silence(silence) };
}

export function signingKey(): ControlKey {
  return { Source: stagePartition, Item: controlItems.signing };
}
