import type { DeployedAlarm } from '@tidemark/core/incidents/settings';

/** What CloudWatch's console shows beside an alarm. */
export function descriptionOf({ summary, severity, runbook }: DeployedAlarm): string {
  return `${summary} (${severity}). ${runbook}`;
}
