import { Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Says to cdk-nag why a policy in `scope` has to name more than one resource. */
export function acknowledgeWildcard(scope: Construct, resource: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`, reason });
}
