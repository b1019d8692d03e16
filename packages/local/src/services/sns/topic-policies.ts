import { allowsService, type ServiceStatement } from '../iam/service-policy.ts';
import type { Topic } from './subscription.ts';

/** In whose name alarms publish. */
export const cloudWatchPrincipal = 'cloudwatch.amazonaws.com';

/** The topics' own policies: which services of AWS may publish to them. Functions and other roles need none in their own account. */
export class TopicPolicies {
  readonly #byTopic = new Map<string, readonly ServiceStatement[]>();

  /** Takes the place of the policy that the topic had. */
  set(topicArn: string, statements: readonly ServiceStatement[]): void {
    this.#byTopic.set(topicArn, statements);
  }

  /** Why CloudWatch may not publish to the topic for an alarm; undefined where it may. Without a policy it may, as on AWS. */
  alarmRefusal({ arn, kmsMasterKeyId }: Topic, alarmArn: string): string | undefined {
    const statements = this.#byTopic.get(arn);
    const access = { resourceArn: arn, action: 'sns:Publish', principal: cloudWatchPrincipal, sourceArn: alarmArn };
    if (statements !== undefined && !allowsService(statements, access)) {
      return `CloudWatch Alarms is not authorized to perform: SNS:Publish on resource: ${arn} because no resource-based policy allows the SNS:Publish action`;
    }
    // The policy of AWS's own key cannot be changed, and does not name CloudWatch.
    if (/(^|:)alias\/aws\/sns$/.test(kmsMasterKeyId ?? '')) {
      return 'CloudWatch Alarms does not have authorization to access the SNS topic encryption key.';
    }
    return undefined;
  }
}
