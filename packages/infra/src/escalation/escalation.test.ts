import { contactTopicSuffix } from '@tidemark/core/incidents/contact-topic';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
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

it('lets everyone call the page that acknowledges, and nobody the function itself', () => {
  const permissions = Object.values(resourcesOf(template, 'AWS::Lambda::Permission')).map(
    ({ Properties }) => Properties,
  );
  const open = permissions.filter(({ Principal }) => Principal === '*');
  const whose = textOf(open[0]?.FunctionName);
  expect(whose).toMatch(/^<TidemarkEscalationAcknowledgeFunction\.Arn>$/);
  expect(open.map(({ FunctionName, Action, ...more }) => [textOf(FunctionName), Action, more])).toEqual([
    [whose, 'lambda:InvokeFunctionUrl', { Principal: '*', FunctionUrlAuthType: 'NONE' }],
    [whose, 'lambda:InvokeFunction', { Principal: '*', InvokedViaFunctionUrl: true }],
  ]);
});

it('finds what is deployed, and the runbook, beside the bundle of the page', () => {
  const [definition] = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).filter(({ Properties }) =>
    String(Properties.Description).startsWith('Acknowledges'),
  );
  expect(definition?.Properties.Environment).toEqual({
    Variables: { CONTROL_TABLE: expect.anything(), NODE_OPTIONS: expect.anything() },
  });
  const { incidents } = JSON.parse(textOf(template.toJSON().Outputs.Workflows.Value));
  expect(incidents.acknowledge).toMatch(/^<TidemarkEscalationAcknowledgeFunction>$/);
  expect(incidents.runbook).toMatch(/^<TidemarkEscalationAcknowledgeFunction\w*\.FunctionUrl>runbook$/);
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

describe('when escalation itself fails', () => {
  const named = (made: Template) =>
    Object.values(resourcesOf(made, 'AWS::Lambda::Function')).filter(({ Properties }) =>
      String(Properties.Description).includes('escalation itself fails'),
    );

  it('a function that needs nothing of it but the topics is told of its alarm', () => {
    const [made] = named(template);
    expect(made?.Properties.Environment).toEqual({
      Variables: {
        ...{ CONTACT_TOPIC_PREFIX: expect.anything(), NODE_OPTIONS: expect.anything() },
        RUNBOOK_URL: expect.anything(),
      },
    });
    expect(statementsOf(template, 'EscalationDistress').map(({ Sid }) => Sid)).toEqual([
      'TellContacts',
      'WriteOwnLogs',
    ]);
    const rules = Object.values(resourcesOf(template, 'AWS::Events::Rule')).map((rule) => rule.Properties);
    expect(rules.find(({ Description }) => Description === 'Escalation fails')?.EventPattern).toEqual({
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: { alarmName: ['Tidemark-dev-escalation'], state: { value: ['ALARM'] } },
    });
  });

  it.each<[string, readonly object[]]>([
    ['without contacts', []],
    ['where nobody is told of critical alarms', [{ notify: [email], severities: ['low'] }]],
  ])('there is none %s', (_, tiersOf) => {
    const escalation = { tiers: tiersOf } as never;
    const made = synthesize({ sources: { web: { event } }, ...(tiersOf.length === 0 ? {} : { escalation }) });
    expect(named(made)).toEqual([]);
  });
});
