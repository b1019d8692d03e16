import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { EscalationPlan } from '@tidemark/core/incidents/plan';
import { escalationPlan } from '@tidemark/core/incidents/plan';
import type { DeployedAlarm, IncidentsDeployment, Severity } from '@tidemark/core/incidents/settings';
import { readDeployment } from './deployment.ts';

/** The stage's alarms and whom to tell, as they were when the stack was synthesized. */
export class KnownStage {
  readonly deployment: IncidentsDeployment;
  readonly #alarms: ReadonlyMap<string, DeployedAlarm>;
  readonly #plans = new Map<Severity, EscalationPlan>();

  constructor(deployment: IncidentsDeployment) {
    this.deployment = deployment;
    this.#alarms = new Map(deployment.alarms.map((alarm) => [alarm.alarm, alarm]));
  }

  /** Undefined for an alarm that the stage does not have (any more). */
  alarm(name: string): DeployedAlarm | undefined {
    return this.#alarms.get(name);
  }

  /** The alarm of an incident, as the incident knows it where the stage does not have it any more. */
  alarmOf({ Alarm, Source, Severity, Summary }: IncidentItem): DeployedAlarm {
    const gone = { alarm: Alarm, source: Source, name: Alarm, severity: Severity, summary: Summary.What, runbook: '' };
    return this.#alarms.get(Alarm) ?? gone;
  }

  plan(severity: Severity): EscalationPlan {
    const known = this.#plans.get(severity) ?? escalationPlan(this.deployment.escalation, severity);
    this.#plans.set(severity, known);
    return known;
  }
}

/** As it is deployed. */
export function readKnownStage(): KnownStage {
  return new KnownStage(readDeployment());
}
