import { contactTopicSuffix } from '@tidemark/core/incidents/contact-topic';
import { expect, it } from 'vitest';
import { event, resourcesOf, statementsOf, synthesize, textOf } from '../../test/synthesize.ts';

const own = 'arn:aws:sns:eu-west-1:123456789012:pager';
const email = 'email:oncall@example.org';
const tiers = [{ notify: [email, 'sms:+4915112345678'] }, { notify: [email, 'https://hooks.example.org/x', own] }];
const template = synthesize({ sources: { web: { event } }, escalation: { tiers } });

it('makes one encrypted topic a contact, to which it alone subscribes', () => {
  const topics = Object.entries(resourcesOf(template, 'AWS::SNS::Topic'));
  expect(topics).toHaveLength(3);
  for (const [, { Properties }] of topics) expect(Properties.KmsMasterKeyId).toBe('alias/aws/sns');
  const subscriptions = Object.values(resourcesOf(template, 'AWS::SNS::Subscription'));
  const named = subscriptions.map(({ Properties: { Protocol, Endpoint, TopicArn } }) => {
    const { Ref } = TopicArn as { Ref: string };
    const topic = topics.find(([id]) => id === Ref)?.[1];
    return [Protocol, Endpoint, topic?.Properties.TopicName];
  });
  const topicOf = (contact: string) => `Tidemark-dev-contact-${contactTopicSuffix(contact)}`;
  expect(named).toEqual([
    ['email', 'oncall@example.org', topicOf(email)],
    ['sms', '+4915112345678', topicOf('sms:+4915112345678')],
    ['https', 'https://hooks.example.org/x', topicOf('https://hooks.example.org/x')],
  ]);
});

it('may tell these contacts, one’s own topic among them, and no others', () => {
  const tell = statementsOf(template, 'EscalationIncidents').find(({ Sid }) => Sid === 'TellContacts');
  expect(String(tell?.Resource).split(' ')).toHaveLength(4);
  expect(tell?.Resource).toContain(own);
});

it('hears of the alarms of its stack, and keeps what it could not handle', () => {
  const rules = Object.values(resourcesOf(template, 'AWS::Events::Rule')).map(({ Properties }) => Properties);
  const [changed] = rules.filter(({ EventPattern }) => `${JSON.stringify(EventPattern)}`.includes('aws.cloudwatch'));
  expect(changed?.EventPattern).toEqual({
    source: ['aws.cloudwatch'],
    'detail-type': ['CloudWatch Alarm State Change'],
    detail: { alarmName: [{ prefix: 'Tidemark-dev-' }] },
  });
  const [config] = Object.values(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig'));
  expect(config?.Properties).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 });
  const given = config?.Properties.DestinationConfig ?? {};
  const { OnFailure } = given as { OnFailure: { Destination: unknown } };
  expect(textOf(OnFailure.Destination)).toBe('<TidemarkDataBucket.Arn>');
});
