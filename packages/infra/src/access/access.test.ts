import { describe, expect, it } from 'vitest';
import { resourcesOf, statementsOf, synthesizeWeb } from '../../test/synthesize.ts';

const producers = ['arn:aws:iam::123456789012:role/server', 'arn:aws:iam::210987654321:root'];
const readers = ['arn:aws:iam::123456789012:user/ada'];
const operators = ['arn:aws:iam::123456789012:role/on-call'];
const template = synthesizeWeb({
  buckets: ['1m', '1h'],
  window: { seconds: 60, measures: { distance: 'Distance' } },
  archive: {},
  alarms: [{ series: 'order', missing: '15m' }],
  access: {
    producers,
    readers,
    operators,
    rolePath: '/counting/',
    permissionsBoundary: 'arn:aws:iam::123456789012:policy/b',
  },
});

/** `Sid: actions on resource`, one a statement. */
function rightsOf(part: string): string[] {
  return statementsOf(template, part).map(
    ({ Sid, Action, Resource }) => `${Sid}: ${[Action].flat().join(' ')} on ${Resource}`,
  );
}

describe('rights', () => {
  it('of count', () => {
    expect(rightsOf('WebCountRole')).toMatchInlineSnapshot(`
      [
        "ReadStream: kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on <TidemarkSourceWebStream.Arn>",
        "AddToSeries: dynamodb:UpdateItem on <TidemarkSourceWebSeriesTable.Arn>",
        "KeepOwnControlItems: dynamodb:GetItem dynamodb:UpdateItem on <TidemarkControlTable.Arn>",
        "Quarantine: s3:PutObject on <TidemarkDataBucket.Arn>/quarantine/web/*",
        "KeepFailedBatches: s3:PutObject on <TidemarkDataBucket.Arn>/aws/lambda/*",
        "FindFailedBatches: s3:ListBucket on <TidemarkDataBucket.Arn>",
        "WriteOwnLogs: logs:CreateLogStream logs:PutLogEvents on <TidemarkSourceWebCountLogs.Arn>",
      ]
    `);
  });

  it('of window', () => {
    expect(rightsOf('WebWindowRole')).toMatchInlineSnapshot(`
      [
        "ReadStream: kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on <TidemarkSourceWebStream.Arn>",
        "AddToSeries: dynamodb:UpdateItem on <TidemarkSourceWebSeriesTable.Arn>",
        "KeepOwnControlItems: dynamodb:GetItem dynamodb:UpdateItem on <TidemarkControlTable.Arn>",
        "Quarantine: s3:PutObject on <TidemarkDataBucket.Arn>/quarantine/web/*",
        "KeepFailedBatches: s3:PutObject on <TidemarkDataBucket.Arn>/aws/lambda/*",
        "FindFailedBatches: s3:ListBucket on <TidemarkDataBucket.Arn>",
        "WriteOwnLogs: logs:CreateLogStream logs:PutLogEvents on <TidemarkSourceWebWindowLogs.Arn>",
      ]
    `);
  });

  it('of archive', () => {
    expect(rightsOf('WebArchiveRole')).toMatchInlineSnapshot(`
      [
        "ReadStream: kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on <TidemarkSourceWebStream.Arn>",
        "KeepOwnCheckpoints: dynamodb:UpdateItem on <TidemarkControlTable.Arn>",
        "Archive: s3:PutObject on <TidemarkDataBucket.Arn>/archive/web/*",
        "KeepFailedBatches: s3:PutObject on <TidemarkDataBucket.Arn>/aws/lambda/*",
        "FindFailedBatches: s3:ListBucket on <TidemarkDataBucket.Arn>",
        "WriteOwnLogs: logs:CreateLogStream logs:PutLogEvents on <TidemarkSourceWebArchiveLogs.Arn>",
      ]
    `);
  });

  it('of publish', () => {
    expect(rightsOf('WebPublishRole')).toMatchInlineSnapshot(`
      [
        "ReadSeriesStream: dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams on <TidemarkSourceWebSeriesTable.StreamArn>",
        "KeepOwnControlItems: dynamodb:GetItem dynamodb:Query dynamodb:UpdateItem on <TidemarkControlTable.Arn>",
        "PublishCounts: cloudwatch:PutMetricData on *",
        "KeepFailedBatches: s3:PutObject on <TidemarkDataBucket.Arn>/aws/lambda/*",
        "FindFailedBatches: s3:ListBucket on <TidemarkDataBucket.Arn>",
        "WriteOwnLogs: logs:CreateLogStream logs:PutLogEvents on <TidemarkSourceWebPublishLogs.Arn>",
      ]
    `);
  });

  it('of recount, and of the pipes that bring it records', () => {
    expect(rightsOf('WebRecount')).toMatchInlineSnapshot(`
      [
        "AddToSeries: dynamodb:UpdateItem on <TidemarkSourceWebSeriesTable.Arn>",
        "KeepOwnControlItems: dynamodb:GetItem dynamodb:UpdateItem on <TidemarkControlTable.Arn>",
        "ReadArchive: s3:GetObject on <TidemarkDataBucket.Arn>/archive/web/*",
        "ListArchive: s3:ListBucket on <TidemarkDataBucket.Arn>",
        "WriteOwnLogs: logs:CreateLogStream logs:PutLogEvents on <TidemarkSourceWebRecountLogs.Arn>",
        "ReadStream: kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on <TidemarkSourceWebStream.Arn>",
        "InvokeRecount: lambda:InvokeFunction on <TidemarkSourceWebRecountFunction.Arn>",
      ]
    `);
  });

  it('of the steps of runs', () => {
    expect(rightsOf('WorkflowsStepsRole')).toMatchInlineSnapshot(`
      [
        "undefined: kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on <TidemarkSourceWebStream.Arn>",
        "undefined: dynamodb:GetItem dynamodb:Query on <TidemarkSourceWebSeriesTable.Arn>",
        "KeepControlItems: dynamodb:GetItem dynamodb:Query dynamodb:UpdateItem on <TidemarkControlTable.Arn>",
        "WriteReports: s3:PutObject on <TidemarkDataBucket.Arn>/replay/*",
        "ReadReports: s3:GetObject on <TidemarkDataBucket.Arn>/replay/*",
        "ListReports: s3:ListBucket on <TidemarkDataBucket.Arn>",
        "PublishCounts: cloudwatch:PutMetricData on *",
        "WriteOwnLogs: logs:CreateLogStream logs:PutLogEvents on <TidemarkWorkflowsStepsLogs.Arn>",
      ]
    `);
  });

  it('of the steps of prunes', () => {
    expect(rightsOf('WorkflowsPruneStepsRole')).toMatchInlineSnapshot(`
      [
        "undefined: kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on <TidemarkSourceWebStream.Arn>",
        "undefined: dynamodb:BatchGetItem dynamodb:BatchWriteItem dynamodb:PutItem dynamodb:Query on <TidemarkSourceWebSeriesTable.Arn>",
        "KeepControlItems: dynamodb:BatchWriteItem dynamodb:GetItem dynamodb:Query dynamodb:UpdateItem on <TidemarkControlTable.Arn>",
        "WriteExports: s3:PutObject on <TidemarkDataBucket.Arn>/prune/*",
        "ReadExports: s3:GetObject on <TidemarkDataBucket.Arn>/prune/*",
        "ListExports: s3:ListBucket on <TidemarkDataBucket.Arn>",
        "WriteOwnLogs: logs:CreateLogStream logs:PutLogEvents on <TidemarkWorkflowsPruneStepsLogs.Arn>",
      ]
    `);
  });

  it('of the machine of prunes', () => {
    expect(rightsOf('WorkflowsPruneRole')).toMatchInlineSnapshot(`
      [
        "CallSteps: lambda:InvokeFunction on <TidemarkWorkflowsPruneStepsFunction.Arn>",
        "RunChildren: states:DescribeExecution states:StartExecution states:StopExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-prune* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-prune",
        "DeliverLogs: logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:UpdateLogDelivery on *",
      ]
    `);
  });

  it('of the watchdog', () => {
    expect(rightsOf('WorkflowsWatchdogRole')).toMatchInlineSnapshot(`
      [
        "KeepControlItems: dynamodb:GetItem dynamodb:Query dynamodb:UpdateItem on <TidemarkControlTable.Arn>",
        "HoldCounting: lambda:GetEventSourceMapping lambda:UpdateEventSourceMapping on <TidemarkSourceWebCountMapping.EventSourceMappingArn> <TidemarkSourceWebWindowMapping.EventSourceMappingArn>",
        "KeepPipes: pipes:DescribePipe pipes:StopPipe pipes:DeletePipe on arn:<AWS::Partition>:pipes:<AWS::Region>:<AWS::AccountId>:pipe/Tidemark-dev-*",
        "LookAtExecutions: states:DescribeExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-replay:* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-backfill:* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-undo:* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-prune:*",
        "HaveCorrected: lambda:InvokeFunction on <TidemarkWorkflowsStepsFunction.Arn>",
        "WriteOwnLogs: logs:CreateLogStream logs:PutLogEvents on <TidemarkWorkflowsWatchdogLogs.Arn>",
      ]
    `);
  });

  it('of the state machines', () => {
    expect(rightsOf('TidemarkWorkflowsRole')).toMatchInlineSnapshot(`
      [
        "CallSteps: lambda:InvokeFunction on <TidemarkSourceWebRecountFunction.Arn> <TidemarkWorkflowsStepsFunction.Arn>",
        "HoldCounting: lambda:GetEventSourceMapping lambda:UpdateEventSourceMapping on <TidemarkSourceWebCountMapping.EventSourceMappingArn> <TidemarkSourceWebWindowMapping.EventSourceMappingArn>",
        "KeepPipes: pipes:CreatePipe pipes:DeletePipe pipes:DescribePipe pipes:StopPipe on arn:<AWS::Partition>:pipes:<AWS::Region>:<AWS::AccountId>:pipe/Tidemark-dev-*",
        "PassPipeRoles: iam:PassRole on <TidemarkSourceWebRecountPipeRole.Arn>",
        "RunChildren: states:DescribeExecution states:StartExecution states:StopExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-backfill* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-replay* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-undo* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-backfill arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-replay arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-undo",
        "DeliverLogs: logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:UpdateLogDelivery on *",
      ]
    `);
  });

  it('of functions reach no bucket of another account', () => {
    const onBucket = statementsOf(template).filter(({ Resource }) =>
      String(Resource).startsWith('<TidemarkDataBucket'),
    );
    expect(onBucket).toHaveLength(25);
    for (const { Condition } of onBucket) {
      expect(Condition).toMatchObject({ StringEquals: { 's3:ResourceAccount': { Ref: 'AWS::AccountId' } } });
    }
  });

  it('of producers', () => {
    expect(rightsOf('Producer')).toMatchInlineSnapshot(`
      [
        "PutRecords: kinesis:DescribeStreamSummary kinesis:ListShards kinesis:PutRecord kinesis:PutRecords on <TidemarkSourceWebStream.Arn>",
        "FindSource: cloudformation:DescribeStacks on arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/Tidemark-dev/*",
      ]
    `);
  });

  it('of readers', () => {
    expect(rightsOf('Reader')).toMatchInlineSnapshot(`
      [
        "ReadSeries: dynamodb:GetItem dynamodb:Query on <TidemarkSourceWebSeriesTable.Arn>",
        "ReadOwnControlItems: dynamodb:GetItem dynamodb:Query on <TidemarkControlTable.Arn>",
        "ReadStream: kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on <TidemarkSourceWebStream.Arn>",
        "ReadMetricsAndMappings: cloudwatch:GetMetricData cloudwatch:ListMetrics lambda:ListEventSourceMappings on *",
        "FindSource: cloudformation:DescribeStacks on arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/Tidemark-dev/*",
      ]
    `);
  });

  it('of operators', () => {
    expect(rightsOf('Operator')).toMatchInlineSnapshot(`
      [
        "ReadSeries: dynamodb:GetItem dynamodb:Query on <TidemarkSourceWebSeriesTable.Arn>",
        "ReadOwnControlItems: dynamodb:GetItem dynamodb:Query on <TidemarkControlTable.Arn>",
        "ReadStream: kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards on <TidemarkSourceWebStream.Arn>",
        "ReadMetricsAndMappings: cloudwatch:GetMetricData cloudwatch:ListMetrics lambda:ListEventSourceMappings on *",
        "PutRecords: kinesis:DescribeStreamSummary kinesis:ListShards kinesis:PutRecord kinesis:PutRecords on <TidemarkSourceWebStream.Arn>",
        "SteerOwnControlItems: dynamodb:DeleteItem dynamodb:PutItem dynamodb:UpdateItem on <TidemarkControlTable.Arn>",
        "ReadReports: s3:GetObject on <TidemarkDataBucket.Arn>/replay/web/*",
        "ReadExports: s3:GetObject on <TidemarkDataBucket.Arn>/prune/web/*",
        "ReadQuarantine: s3:GetObject on <TidemarkDataBucket.Arn>/quarantine/web/*",
        "ListObjects: s3:ListBucket on <TidemarkDataBucket.Arn>",
        "StartRuns: states:StartExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-replay arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-backfill arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-undo arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-prune",
        "SteerRuns: states:DescribeExecution states:StopExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-replay:* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-backfill:* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-undo:* arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-prune:*",
        "CleanUp: lambda:InvokeFunction on <TidemarkWorkflowsWatchdogFunction.Arn>",
        "AnswerIncidents: dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query on <TidemarkControlTable.Arn>",
        "AskForAlarms: lambda:InvokeFunction on <TidemarkEscalationAcknowledgeFunction.Arn>",
        "WakeEscalations: states:SendTaskSuccess on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-escalate",
        "LookAtAlarms: cloudwatch:DescribeAlarmHistory cloudwatch:DescribeAlarms on *",
        "FindSource: cloudformation:DescribeStacks on arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/Tidemark-dev/*",
      ]
    `);
  });

  it('of what makes incidents of alarms, and tells people', () => {
    expect(rightsOf('EscalationIncidents')).toMatchInlineSnapshot(`
      [
        "KeepControlItems: dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem on <TidemarkControlTable.Arn>",
        "StartEscalations: states:ListExecutions states:StartExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-escalate",
        "LookAtEscalations: states:DescribeExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Tidemark-dev-escalate:*",
        "WakeEscalations: states:SendTaskSuccess on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-escalate",
        "LookAtAlarms: cloudwatch:DescribeAlarms cloudwatch:GetMetricData on *",
        "KeepFailedBatches: s3:PutObject on <TidemarkDataBucket.Arn>/aws/lambda/*",
        "FindFailedBatches: s3:ListBucket on <TidemarkDataBucket.Arn>",
        "WriteOwnLogs: logs:CreateLogStream logs:PutLogEvents on <TidemarkEscalationIncidentsLogs.Arn>",
      ]
    `);
    expect(rightsOf('EscalationAcknowledge')).toMatchInlineSnapshot(`
      [
        "KeepControlItems: dynamodb:GetItem dynamodb:PutItem on <TidemarkControlTable.Arn>",
        "WakeEscalations: states:SendTaskSuccess on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:Tidemark-dev-escalate",
        "WriteOwnLogs: logs:CreateLogStream logs:PutLogEvents on <TidemarkEscalationAcknowledgeLogs.Arn>",
      ]
    `);
    const called = '<TidemarkEscalationIncidentsFunction.Arn>';
    expect(rightsOf('TidemarkEscalationRole')[0]).toBe(`CallIncidents: lambda:InvokeFunction on ${called}`);
  });

  it('never name actions by wildcard, nor every resource but where AWS has no other', () => {
    const statements = statementsOf(template);
    expect(statements.length).toBeGreaterThan(15);
    for (const { Effect, Action } of statements) {
      expect(Effect).toBe('Allow');
      for (const action of [Action].flat()) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
    }
    const everywhere = statements.filter(({ Resource }) => Resource === '*');
    const delivery = everywhere.filter(({ Action }) =>
      [Action].flat().every((action) => /^logs:.*Lo?g|Polic/.test(action)),
    );
    expect(delivery).toHaveLength(3);
    const publishing = {
      Action: 'cloudwatch:PutMetricData',
      Condition: { StringEquals: { 'cloudwatch:namespace': 'Tidemark' } },
    };
    const others = everywhere.filter((statement) => !delivery.includes(statement));
    const reading = {
      Action: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics', 'lambda:ListEventSourceMappings'],
      Condition: undefined,
    };
    const alarms = { Action: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'], Condition: undefined };
    const history = { Action: ['cloudwatch:DescribeAlarmHistory', 'cloudwatch:DescribeAlarms'], Condition: undefined };
    expect(others.map(({ Action, Condition }) => ({ Action, Condition }))).toEqual([
      publishing,
      reading,
      // Looks at health.
      publishing,
      alarms,
      publishing,
      reading,
      history,
    ]);
  });

  it('come from no policy of AWS, and stay in the configured bounds', () => {
    const roles = Object.values(resourcesOf(template, 'AWS::IAM::Role'));
    expect(roles).toHaveLength(18);
    for (const { Properties } of roles) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
      expect(Properties).toMatchObject({
        Path: '/counting/',
        PermissionsBoundary: 'arn:aws:iam::123456789012:policy/b',
      });
    }
  });
});

describe('roles for others', () => {
  it('may be assumed by those that the configuration names', () => {
    const trusted = Object.entries(resourcesOf(template, 'AWS::IAM::Role'))
      .filter(([id]) => /Producer|Reader/.test(id))
      .map(([, { Properties }]) => Properties.AssumeRolePolicyDocument);
    expect(trusted).toEqual([
      {
        Version: '2012-10-17',
        Statement: producers.map((AWS) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } })),
      },
      {
        Version: '2012-10-17',
        Statement: readers.map((AWS) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } })),
      },
    ]);
  });

  it('are not made when the configuration names nobody', () => {
    const roles = Object.keys(resourcesOf(synthesizeWeb(), 'AWS::IAM::Role'));
    expect(roles.filter((id) => /Producer|Reader/.test(id))).toEqual([]);
    expect(roles).toHaveLength(13);
  });
});

describe('one’s own keys', () => {
  const key = (id: string) => `arn:aws:kms:eu-west-1:123456789012:key/${id}`;
  const encrypted = synthesizeWeb({
    stream: { encryption: key('stream') },
    table: { encryption: key('table') },
    access: { producers },
    buckets: ['1m'],
    window: { seconds: 60, measures: { distance: 'Distance' } },
  });
  const actionsOn = (role: string, keyArn: string) =>
    statementsOf(encrypted, role)
      .filter(({ Resource }) => Resource === keyArn)
      .flatMap(({ Action }) => Action);

  it('of the stream: producers encrypt, count and window decrypt', () => {
    expect(actionsOn('Producer', key('stream'))).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
    expect(actionsOn('WebCountRole', key('stream'))).toEqual(['kms:Decrypt']);
    expect(actionsOn('WebWindowRole', key('stream'))).toEqual(['kms:Decrypt']);
    expect(actionsOn('WebPublishRole', key('stream'))).toEqual([]);
  });

  it('of the table: only through DynamoDB, count and window to write and publish to read', () => {
    for (const role of ['WebCountRole', 'WebWindowRole', 'WebPublishRole']) {
      const [statement, ...others] = statementsOf(encrypted, role).filter(({ Resource }) => Resource === key('table'));
      expect(others).toEqual([]);
      expect(JSON.stringify(statement?.Condition)).toContain('kms:ViaService');
    }
    expect(actionsOn('WebPublishRole', key('table'))).toEqual(['kms:Decrypt']);
  });
});
