import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resourcesOf, synthesizeWeb } from '../../test/synthesize.ts';

const window = { seconds: 60, measures: { distance: 'Distance' } };
const template = synthesizeWeb({ buckets: ['1m'], window, archive: {} });

describe('event source mappings', () => {
  it.each([
    ['Kinesis', { 'Fn::GetAtt': [Match.stringLikeRegexp('WebStream'), 'Arn'] }],
    ['the table’s stream', { 'Fn::GetAtt': [Match.stringLikeRegexp('WebSeriesTable'), 'StreamArn'] }],
  ])('of %s: from the oldest record, without end, batches that fail halved', (_name, EventSourceArn) => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn,
      StartingPosition: 'TRIM_HORIZON',
      ParallelizationFactor: 1,
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 10,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('DataBucket'), 'Arn'] } },
      },
      TumblingWindowInSeconds: Match.absent(),
      Enabled: Match.absent(),
      FilterCriteria: Match.absent(),
    });
  });

  it('of windows: the same, with the length of the window', () => {
    synthesizeWeb({ window }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: Match.stringLikeRegexp('WebWindowFunction') },
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('WebStream'), 'Arn'] },
      StartingPosition: 'TRIM_HORIZON',
      ParallelizationFactor: 1,
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 10,
      TumblingWindowInSeconds: 60,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('DataBucket'), 'Arn'] } },
      },
    });
  });

  it('of the archive: the same, gathered for as long as Lambda gathers', () => {
    synthesizeWeb({ archive: {} }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: Match.stringLikeRegexp('WebArchiveFunction') },
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('WebStream'), 'Arn'] },
      StartingPosition: 'TRIM_HORIZON',
      ParallelizationFactor: 1,
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 300,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('DataBucket'), 'Arn'] } },
      },
      TumblingWindowInSeconds: Match.absent(),
    });
  });

  it('of windows follow their source’s settings', () => {
    const settings = { batchSize: 500, batchWindowSeconds: 0, bisectOnError: false, retries: 3 };
    synthesizeWeb({ window: { ...window, seconds: 900, ...settings } }).hasResourceProperties(
      'AWS::Lambda::EventSourceMapping',
      {
        FunctionName: { Ref: Match.stringLikeRegexp('WebWindowFunction') },
        TumblingWindowInSeconds: 900,
        BatchSize: 500,
        MaximumBatchingWindowInSeconds: 0,
        BisectBatchOnFunctionError: false,
        MaximumRetryAttempts: 3,
      },
    );
  });

  it('follow their source’s settings', () => {
    synthesizeWeb({
      count: { batchSize: 500, batchWindowSeconds: 0, bisectOnError: false, retries: 3, maximumRecordAgeSeconds: 3600 },
    }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: Match.stringLikeRegexp('WebCountFunction') },
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 0,
      BisectBatchOnFunctionError: false,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 3600,
    });
  });
});

describe('functions', () => {
  it.each([
    ['WebCountLogs', 512, 60, ['CONTROL_TABLE', 'DATA_BUCKET', 'NODE_OPTIONS', 'SERIES_TABLE']],
    ['WebWindowLogs', 512, 900, ['CONTROL_TABLE', 'DATA_BUCKET', 'NODE_OPTIONS', 'SERIES_TABLE', 'STREAM_ARN']],
    ['WebArchiveLogs', 256, 60, ['CONTROL_TABLE', 'DATA_BUCKET', 'NODE_OPTIONS']],
    ['WebPublishLogs', 256, 60, ['CONTROL_TABLE', 'NODE_OPTIONS']],
  ])('%s: run on Node 24 and arm64, told names alone', (logs, MemorySize, Timeout, variables) => {
    const functions = template.findResources('AWS::Lambda::Function', {
      Properties: {
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize,
        Timeout,
        LoggingConfig: {
          LogFormat: 'JSON',
          ApplicationLogLevel: 'INFO',
          LogGroup: { Ref: Match.stringLikeRegexp(logs) },
        },
        Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } },
      },
    });
    const [found] = Object.values(functions);
    expect(Object.keys(found?.Properties.Environment.Variables).sort()).toEqual(variables);
    expect(found?.Properties.ReservedConcurrentExecutions).toBeUndefined();
  });

  it('follow their source’s settings', () => {
    synthesizeWeb({
      publish: {
        memoryMb: 1024,
        timeoutSeconds: 900,
        architecture: 'x86_64',
        logLevel: 'ERROR',
        reservedConcurrency: 2,
      },
    }).hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 1024,
      Timeout: 900,
      Architectures: ['x86_64'],
      LoggingConfig: { ApplicationLogLevel: 'ERROR' },
      ReservedConcurrentExecutions: 2,
    });
  });

  it('keep their logs for a stated time', () => {
    const logs = resourcesOf(synthesizeWeb({ count: { logRetentionDays: 7 } }), 'AWS::Logs::LogGroup');
    const days = (part: string) =>
      Object.entries(logs).flatMap(([id, { Properties }]) => (id.includes(part) ? [Properties.RetentionInDays] : []));
    // A recount is counting.
    expect([...days('WebCount'), ...days('WebRecount')]).toEqual([7, 7]);
    expect(days('WebPublish')).toEqual([30]);
    expect(days('Workflows')).toEqual([30, 30, 30, 30, 30, 30, 30]);
  });
});
