import { runbookLink } from '@tidemark/core/incidents/runbook';
import type { DeployedAlarm } from '@tidemark/core/incidents/settings';
import type { Construct } from 'constructs';

const contextKey = 'tidemark:runbook';

/** Says to every alarm that is made in `scope` from now on where the runbook is. It may be a token: the page that the stage serves has its address at deployment. */
export function setRunbook(scope: Construct, base: string): void {
  scope.node.setContext(contextKey, base);
}

/** What CloudWatch's console shows beside an alarm: what it means, how much it matters where that is said, and the full link to its heading of the runbook. */
export function descriptionOf(
  scope: Construct,
  { summary, severity, runbook }: Pick<DeployedAlarm, 'summary' | 'runbook'> & Partial<Pick<DeployedAlarm, 'severity'>>,
): string {
  const base: unknown = scope.node.tryGetContext(contextKey);
  if (typeof base !== 'string') throw new Error('an alarm outside of a Tidemark');
  return `${summary}${severity === undefined ? '' : ` (${severity})`}. ${runbookLink(base, runbook)}`;
}
