import { describe, expect, it } from 'vitest';
import { defaultSettings, readSettings } from './settings.ts';

describe('readSettings', () => {
  it('takes the defaults of Lambda', () => {
    expect(readSettings({})).toEqual({ ok: true, settings: defaultSettings });
  });

  it('takes what a template says', () => {
    const given = {
      BatchSize: '10000',
      MaximumBatchingWindowInSeconds: 10,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 60,
      BisectBatchOnFunctionError: 'true',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::bucket' } },
      FilterCriteria: { Filters: [{ Pattern: '{"data":{"a":[1]}}' }] },
      ParallelizationFactor: 1,
      TumblingWindowInSeconds: '900',
    };
    expect(readSettings(given)).toEqual({
      ok: true,
      settings: {
        BatchSize: 10_000,
        MaximumBatchingWindowInSeconds: 10,
        TumblingWindowInSeconds: 900,
        MaximumRetryAttempts: 3,
        MaximumRecordAgeInSeconds: 60,
        BisectBatchOnFunctionError: true,
        ReportBatchItemFailures: true,
        OnFailureDestination: 'arn:aws:s3:::bucket',
        FilterPatterns: ['{"data":{"a":[1]}}'],
      },
    });
  });

  it('keeps what a change leaves out', () => {
    const before = {
      ...defaultSettings,
      BatchSize: 7,
      BisectBatchOnFunctionError: true,
      OnFailureDestination: 'arn:aws:s3:::b',
    };
    expect(readSettings({ BatchSize: 8, DestinationConfig: { OnFailure: {} } }, before)).toEqual({
      ok: true,
      settings: { ...before, BatchSize: 8, OnFailureDestination: undefined },
    });
  });

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ BatchSize: 0 }, 'BatchSize: 0 is not a whole number from 1 to 10000'],
    [{ BatchSize: 'many' }, 'BatchSize: "many" is not a whole number from 1 to 10000'],
    [
      { MaximumBatchingWindowInSeconds: 301 },
      'MaximumBatchingWindowInSeconds: 301 is not a whole number from 0 to 300',
    ],
    [{ MaximumRetryAttempts: -2 }, 'MaximumRetryAttempts: -2 is not a whole number from -1 to 10000'],
    [{ MaximumRecordAgeInSeconds: 59 }, 'MaximumRecordAgeInSeconds: 59 is neither -1 nor at least 60'],
    [
      { ParallelizationFactor: 2 },
      'ParallelizationFactor: 2 is not supported by the local engine, only 1 is: exact counts need it',
    ],
    [{ TumblingWindowInSeconds: 901 }, 'TumblingWindowInSeconds: 901 is not a whole number from 0 to 900'],
    [{ TumblingWindowInSeconds: -1 }, 'TumblingWindowInSeconds: -1 is not a whole number from 0 to 900'],
    [{ TumblingWindowInSeconds: 0.5 }, 'TumblingWindowInSeconds: 0.5 is not a whole number from 0 to 900'],
    [{ FunctionResponseTypes: ['Other'] }, 'FunctionResponseTypes: "Other" is not known'],
    [
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:lambda:x' } } },
      'DestinationConfig.OnFailure.Destination: "arn:aws:lambda:x" is no ARN of an S3 bucket, SQS queue or SNS topic',
    ],
    [{ FilterCriteria: { Filters: [{ Pattern: '{' }] } }, 'FilterCriteria: { is not JSON'],
    [{ BisectBatchOnFunctionError: 'yes' }, 'BisectBatchOnFunctionError: "yes" is neither true nor false'],
  ])('refuses %o', (given, mistake) => {
    expect(readSettings(given)).toEqual({ ok: false, mistakes: [mistake] });
  });
});
