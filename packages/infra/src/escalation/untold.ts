import { escalationPlan } from '@tidemark/core/incidents/plan';
import type { DeployedAlarm, EscalationSettings } from '@tidemark/core/incidents/settings';

/** What deployment says of alarms that tell nobody; nothing where each tells somebody. */
export function untoldWarnings(alarms: readonly DeployedAlarm[], settings: EscalationSettings): string[] {
  const untold = alarms.filter(({ severity }) => escalationPlan(settings, severity).contacts.length === 0);
  if (untold.length === 0) return [];
  const names = untold.map(({ alarm, severity }) => `${alarm} (${severity})`).join(', ');
  const why =
    settings.tiers.length === 0
      ? 'the configuration has no escalation'
      : 'no tier of escalation is told of their severity';
  return [`These alarms tell nobody, since ${why}: ${names}`];
}
