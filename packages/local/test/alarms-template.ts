const trusting = (Service: string) => ({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }],
});
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

function permission(Principal: string, source: string) {
  const Properties = {
    ...{ Action: 'lambda:InvokeFunction', FunctionName: arnOf('Function') },
    ...{ Principal, SourceArn: arnOf(source) },
  };
  return { Type: 'AWS::Lambda::Permission', Properties };
}

function alarm(AlarmName: string, more: object) {
  const Properties = {
    ...{ AlarmName, Namespace: 'Shop', MetricName: 'Orders', Dimensions: [{ Name: 'Place', Value: 'web' }] },
    ...{ Statistic: 'Sum', Period: 60, EvaluationPeriods: '1', Threshold: 5, ComparisonOperator: 'LessThanThreshold' },
    ...more,
  };
  return { Type: 'AWS::CloudWatch::Alarm', Properties };
}

/**
 * Few orders are told to a topic with a queue and to a function, which hears of every alarm through a rule too. The alarm
 * `unheard` may not invoke it.
 */
export const alarmsTemplate = {
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Metadata: { 'aws:asset:path': 'asset.target' },
      Properties: {
        ...{ FunctionName: 'target', Code: {}, Handler: 'index.handler', Runtime: 'nodejs24.x', Timeout: 30 },
        Role: arnOf('Role'),
      },
    },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
    Queue: { Type: 'AWS::SQS::Queue' },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { Protocol: 'sqs', TopicArn: { Ref: 'Topic' }, Endpoint: arnOf('Queue') },
    },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: {
          Statement: [
            {
              ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' },
              Resource: arnOf('Queue'),
            },
          ],
        },
      },
    },
    Low: alarm('low', {
      ...{ AlarmDescription: 'Few orders', TreatMissingData: 'breaching', Tags: [{ Key: 'a', Value: 'b' }] },
      ...{ AlarmActions: [{ Ref: 'Topic' }, arnOf('Function')], OKActions: [{ Ref: 'Topic' }] },
    }),
    LowPermission: permission('lambda.alarms.cloudwatch.amazonaws.com', 'Low'),
    Unheard: alarm('unheard', { MetricName: 'Returns', AlarmActions: [arnOf('Function')] }),
    Unusual: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        ...{ EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanUpperThreshold', ThresholdMetricId: 'band' },
        Metrics: [
          {
            Id: 'm1',
            MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'Visits' }, Period: 300, Stat: 'Average' },
          },
          { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 3)', Label: 'expected' },
        ],
      },
    },
    Detector: {
      Type: 'AWS::CloudWatch::AnomalyDetector',
      Properties: {
        ...{ Namespace: 'Shop', MetricName: 'Visits', Stat: 'Average' },
        Configuration: {
          MetricTimeZone: 'UTC',
          ExcludedTimeRanges: [{ StartTime: '2026-10-01T00:00:00', EndTime: '2026-10-02T00:00:00' }],
        },
      },
    },
    Any: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: {
        AlarmName: 'any',
        AlarmRule: { 'Fn::Join': ['', ['ALARM("', arnOf('Low'), '") OR ALARM("', { Ref: 'Unheard' }, '")']] },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: {
          ...{ source: ['aws.cloudwatch'], 'detail-type': ['CloudWatch Alarm State Change'] },
          detail: { alarmName: ['low', 'any'], state: { value: ['ALARM'] } },
        },
        Targets: [{ Id: 'Target0', Arn: arnOf('Function') }],
      },
    },
    RulePermission: permission('events.amazonaws.com', 'Rule'),
  },
  Outputs: { Queue: { Value: { Ref: 'Queue' } }, Topic: { Value: { Ref: 'Topic' } } },
};
