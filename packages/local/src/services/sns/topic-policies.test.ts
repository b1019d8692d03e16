import { rm } from 'node:fs/promises';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { startEngine } from '../../engine.ts';
import { writeAssembly } from '../../template/written-assembly.ts';
import type { AlarmActionFailure } from '../cloudwatch/alarms/actions.ts';

/** A topic that `NAME@example.org` reads, and an alarm that tells it. */
function told(name: string, statement?: object, properties: object = {}): Readonly<Record<string, unknown>> {
  const topic = { Ref: name };
  const policy = {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: { Topics: [topic], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
  };
  return {
    [name]: { Type: 'AWS::SNS::Topic', Properties: { TopicName: name, ...properties } },
    [`${name}Subscription`]: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: topic, Protocol: 'email', Endpoint: `${name}@example.org` },
    },
    [`${name}Alarm`]: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        ...{ AlarmName: name, Namespace: 'Shop', MetricName: 'Orders', Statistic: 'Sum', Period: 60 },
        ...{ EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: 'LessThanThreshold', AlarmActions: [topic] },
      },
    },
    ...(statement === undefined ? {} : { [`${name}Policy`]: policy }),
  };
}

const letIn = (topic: string, SourceArn: unknown) => ({
  ...{ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish' },
  ...{ Resource: { Ref: topic }, Condition: { ArnLike: { 'aws:SourceArn': SourceArn } } },
});
const tlsOnly = {
  ...{ Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: { Ref: 'Tls' } },
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

test('an alarm publishes to topics whose policy lets it, and to those that have none', async () => {
  const assembly = await writeAssembly({
    Resources: {
      ...told('Open'),
      ...told('Named', letIn('Named', { 'Fn::GetAtt': ['NamedAlarm', 'Arn'] })),
      ...told('Other', letIn('Other', { 'Fn::GetAtt': ['NamedAlarm', 'Arn'] })),
      ...told('Tls', tlsOnly),
      ...told('Encrypted', undefined, { KmsMasterKeyId: 'alias/aws/sns' }),
    },
  });
  const failures: AlarmActionFailure[] = [];
  const engine = await startEngine({ assembly, onAlarmActionFailure: (failure) => failures.push(failure) });
  const client = new CloudWatchClient({
    ...{ endpoint: engine.endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  try {
    for (const AlarmName of ['Open', 'Named', 'Other', 'Tls', 'Encrypted']) {
      await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'tried' }));
    }
    await engine.alarms.settled();
    expect(engine.inbox.list().map(({ to, subject }) => [to, subject])).toEqual([
      ['Open@example.org', 'ALARM: "Open" in US East (N. Virginia)'],
      ['Named@example.org', 'ALARM: "Named" in US East (N. Virginia)'],
    ]);
    expect(failures.map(({ alarmName, message }) => [alarmName, message])).toEqual([
      ['Other', expect.stringContaining('no resource-based policy allows the SNS:Publish action')],
      ['Tls', expect.stringContaining('no resource-based policy allows the SNS:Publish action')],
      ['Encrypted', 'CloudWatch Alarms does not have authorization to access the SNS topic encryption key.'],
    ]);
  } finally {
    client.destroy();
    await engine.stop();
    await rm(assembly, { recursive: true });
  }
});
