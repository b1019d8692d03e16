import { contactTopicSuffix, isTopic } from '@tidemark/core/incidents/contact-topic';
import type { Contact, EscalationSettings } from '@tidemark/core/incidents/settings';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, CfnTopic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/**
 * Where people are told: one encrypted topic a contact, to which it alone subscribes, so that each hears what it is to hear and of the end only where it heard
 * of the beginning. Contacts that are topics themselves are used as they are.
 */
export class ContactTopics extends Construct {
  /** ARN of the stage's own topics up to what follows from the contact. */
  readonly prefix: string;
  readonly #arns: readonly string[];

  constructor(scope: Construct, id: string, { tiers }: EscalationSettings) {
    super(scope, id);
    const namePrefix = `${Stack.of(this).stackName}-contact-`;
    this.prefix = Stack.of(this).formatArn({ service: 'sns', resource: namePrefix });
    const contacts = [...new Set(tiers.flatMap(({ notify }) => notify))];
    this.#arns = contacts.map((contact) => (isTopic(contact) ? contact : this.#make(contact, namePrefix)));
  }

  /** None where nobody is told. */
  publishing(): PolicyStatement[] {
    if (this.#arns.length === 0) return [];
    return [new PolicyStatement({ sid: 'TellContacts', actions: ['sns:Publish'], resources: [...this.#arns] })];
  }

  #make(contact: Contact, namePrefix: string): string {
    const suffix = contactTopicSuffix(contact);
    const topic = new CfnTopic(this, `Topic ${suffix}`, {
      topicName: namePrefix + suffix,
      displayName: 'Tidemark',
      // The key that SNS keeps for the account: whoever may publish may use it.
      kmsMasterKeyId: 'alias/aws/sns',
    });
    new CfnSubscription(this, `Subscription ${suffix}`, { topicArn: topic.ref, ...endpointOf(contact) });
    return topic.ref;
  }
}

/** `email:oncall@example.org`, `sms:+4915112345678`; an address of the web is its own endpoint. */
function endpointOf(contact: Contact): { protocol: string; endpoint: string } {
  const [, protocol = 'https', endpoint = contact] = /^(email|sms):(.+)$/.exec(contact) ?? [];
  return { protocol, endpoint };
}
