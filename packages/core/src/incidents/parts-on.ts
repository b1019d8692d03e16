import type { IncidentItem } from './items.ts';
import type { AlarmPart, DeployedAlarm } from './settings.ts';

/** A part of a composite alarm that is on. */
export interface PartOn extends AlarmPart {
  /** Its name within the source: `errors`. */
  readonly name: string;
}

/** The parts of an incident's alarm that were on when it last turned on, in the order of the alarm; one that the stage does not have any more has its name alone. */
export function partsOn(
  { PartsOn = [], Source }: Pick<IncidentItem, 'PartsOn' | 'Source'>,
  alarm: Pick<DeployedAlarm, 'parts'> | undefined,
): PartOn[] {
  const known = (alarm?.parts ?? []).filter((part) => PartsOn.includes(part.alarm));
  const gone = PartsOn.filter((name) => !known.some(({ alarm }) => alarm === name));
  return [...known, ...gone.map((name) => ({ alarm: name, summary: name, runbook: '' }))].map((part) => ({
    ...part,
    name: partName(part.alarm, Source),
  }));
}

/** `errors, throttles` of a source's own alarm; undefined of an alarm that is not composite. */
export function partNames({ PartsOn, Source }: Pick<IncidentItem, 'PartsOn' | 'Source'>): string | undefined {
  return PartsOn?.map((alarm) => partName(alarm, Source)).join(', ');
}

/** `Tidemark-prod_web-errors` of source `web` is `errors`: stacks have no underscores in their names. */
export function partName(alarm: string, source: string): string {
  const own = alarm.slice(alarm.indexOf('_') + 1);
  return own.startsWith(`${source}-`) ? own.slice(source.length + 1) : own;
}
