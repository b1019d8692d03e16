import type { AlarmItem, IncidentItem, IncidentStatus, Telling } from './items.ts';
import type { Contact, DeployedAlarm } from './settings.ts';
import type { EscalateInput, IncidentEffect } from './steps.ts';

/**
 * What a step makes of the items that it has read consistently. An item that is the very one that was read need not be written; of the others
 * `Version` is one more: put them all in one transaction, each on the condition that the table's item has the version that was read (0: that
 * there is none), and read again where that fails. Then do what `effects` say, whether anything was written or not.
 */
export interface AlarmChange {
  readonly alarm: AlarmItem;
  /** The incident that the alarm has now. Absent: it never had one. */
  readonly incident?: StoredIncident;
  readonly effects: readonly IncidentEffect[];
}

/** The same of an incident alone. */
export interface IncidentChange {
  readonly item: IncidentItem;
  readonly effects: readonly IncidentEffect[];
}

/** What people ask of an incident, and why not where it cannot be. */
export type AnswerChange =
  | ({ readonly ok: true } & IncidentChange)
  | { readonly ok: false; readonly because: 'ended'; readonly status: IncidentStatus };

/** What the execution is to do next, beside the item to write. */
export interface TickChange extends IncidentChange {
  readonly next: /** `contacts` are whom it will most probably be told to; `sendingOf` decides. */
    | { readonly kind: 'tell'; readonly telling: Telling; readonly contacts: readonly Contact[] }
    | { readonly kind: 'wait'; readonly step: number; readonly untilMs: number }
    | { readonly kind: 'end' };
}

/** Why nobody is told, for now. */
export interface Hold {
  readonly untilMs: number;
  /** `silence 20261120T091500Z-0a1b2c3d: moving the shop`. One line. */
  readonly because: string;
}

/** What transitions go by, beside the items. */
export interface AlarmContext {
  readonly alarm: DeployedAlarm;
  readonly joinWithinMs: number;
  readonly raiseAgainAfterMs: number;
  readonly nowMs: number;
  /** What holds it now, by silences, maintenance and runs (`holdOf`). */
  readonly hold?: Hold;
  /** When the alarm's configuration was changed last; absent where that is not known. */
  readonly configuredMs?: number;
}

/** An incident in the table. */
export interface StoredIncident extends Omit<EscalateInput, 'execution'> {
  readonly item: IncidentItem;
}
