import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';

/** What constructs warn of, a line each. The CDK's command line tells them itself. */
export function warningsOf(stacks: readonly Pick<CloudFormationStackArtifact, 'messages'>[]): string {
  const warnings = stacks.flatMap(({ messages }) => messages.filter(({ level }) => level === 'warning'));
  // How to silence it, which the CDK appends, belongs to programs that use the construct.
  return warnings.map(({ entry }) => `Warning: ${String(entry.data).replace(/ \[ack: [^\]]*\]$/, '')}\n`).join('');
}
