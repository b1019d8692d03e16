import { ConfigurationError } from '@tidemark/core/config/resolve';
import type { DeployedAlarm } from '@tidemark/core/incidents/settings';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * How the names of the alarms begin that become incidents: `Tidemark-prod-`. CloudWatch's events are taken by it; another stack's whose name begins alike are
 * told from ours by the list of ours.
 */
export function alarmNamePrefix(scope: Construct): string {
  return `${Stack.of(scope).stackName}-`;
}

/**
 * How the names of the alarms begin that are parts of a composite one: `Tidemark-prod_`. They become no incidents of their own, so that a part that fails tells
 * people once and not three times.
 */
export function partNamePrefix(scope: Construct): string {
  return `${Stack.of(scope).stackName}_`;
}

/** Throws a ConfigurationError where two alarms have one name: that of a built-in one, or put together of other words. */
export function assertNamedApart(alarms: readonly DeployedAlarm[]): void {
  const names = alarms.map(({ alarm }) => alarm);
  const twins = [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
  if (twins.length === 0) return;
  throw new ConfigurationError(twins.map((name) => `sources: two alarms are called ${name}; give one another name`));
}
