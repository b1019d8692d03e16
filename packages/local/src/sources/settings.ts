import { compilePattern } from './pattern.ts';

/** How a mapping batches, retries and filters; names and units as in Lambda's API. */
export interface MappingSettings {
  readonly BatchSize: number;
  readonly MaximumBatchingWindowInSeconds: number;
  /** Length of a window over arrival time whose state goes from invocation to invocation; 0: none. */
  readonly TumblingWindowInSeconds: number;
  /** -1: without end. */
  readonly MaximumRetryAttempts: number;
  /** -1: without end. */
  readonly MaximumRecordAgeInSeconds: number;
  readonly BisectBatchOnFunctionError: boolean;
  readonly ReportBatchItemFailures: boolean;
  /** ARN of an S3 bucket, SQS queue or SNS topic. */
  readonly OnFailureDestination: string | undefined;
  /** JSON texts of event patterns; a record passes where one matches, and all pass where there are none. */
  readonly FilterPatterns: readonly string[];
}

export const defaultSettings: MappingSettings = {
  BatchSize: 100,
  MaximumBatchingWindowInSeconds: 0,
  TumblingWindowInSeconds: 0,
  MaximumRetryAttempts: -1,
  MaximumRecordAgeInSeconds: -1,
  BisectBatchOnFunctionError: false,
  ReportBatchItemFailures: false,
  OnFailureDestination: undefined,
  FilterPatterns: [],
};

export type StartingPosition =
  | { readonly at: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly at: 'TIMESTAMP'; readonly timestampMs: number };

export type SettingsResult =
  | { readonly ok: true; readonly settings: MappingSettings }
  | { readonly ok: false; readonly mistakes: readonly string[] };

type Given = Readonly<Record<string, unknown>>;

/** Lambda allows as many patterns without asking for more. */
const filtersMax = 5;

/**
 * Settings in the members of `CreateEventSourceMapping` and of the template's resource, over those that hold already.
 * Mistakes are listed with the member's name, its value and what was expected.
 */
export function readSettings(given: Given, before: MappingSettings = defaultSettings): SettingsResult {
  const mistakes: string[] = [];
  const number = (name: NumberSetting): number => readNumber(given[name], name, before[name], mistakes);
  const flag = (name: string, absent: boolean): boolean => {
    const value = given[name];
    if (value === undefined) return absent;
    if (value === true || value === 'true') return true;
    if (value !== false && value !== 'false')
      mistakes.push(`${name}: ${JSON.stringify(value)} is neither true nor false`);
    return false;
  };
  const factor = given.ParallelizationFactor ?? 1;
  if (Number(factor) !== 1) {
    mistakes.push(
      `ParallelizationFactor: ${JSON.stringify(factor)} is not supported by the local engine, only 1 is: exact counts need it`,
    );
  }
  const settings: MappingSettings = {
    BatchSize: number('BatchSize'),
    MaximumBatchingWindowInSeconds: number('MaximumBatchingWindowInSeconds'),
    TumblingWindowInSeconds: number('TumblingWindowInSeconds'),
    MaximumRetryAttempts: number('MaximumRetryAttempts'),
    MaximumRecordAgeInSeconds: number('MaximumRecordAgeInSeconds'),
    BisectBatchOnFunctionError: flag('BisectBatchOnFunctionError', before.BisectBatchOnFunctionError),
    ReportBatchItemFailures: readResponseTypes(given.FunctionResponseTypes, before.ReportBatchItemFailures, mistakes),
    OnFailureDestination: readDestination(given.DestinationConfig, before.OnFailureDestination, mistakes),
    FilterPatterns: readFilters(given.FilterCriteria, before.FilterPatterns, mistakes),
  };
  const age = settings.MaximumRecordAgeInSeconds;
  if (age >= 0 && age < 60) mistakes.push(`MaximumRecordAgeInSeconds: ${age} is neither -1 nor at least 60`);
  return mistakes.length === 0 ? { ok: true, settings } : { ok: false, mistakes };
}

type NumberSetting = keyof typeof ranges;

const ranges = {
  BatchSize: [1, 10_000],
  MaximumBatchingWindowInSeconds: [0, 300],
  TumblingWindowInSeconds: [0, 900],
  MaximumRetryAttempts: [-1, 10_000],
  MaximumRecordAgeInSeconds: [-1, 604_800],
} as const satisfies Partial<Record<keyof MappingSettings, readonly [number, number]>>;

function readNumber(value: unknown, name: NumberSetting, absent: number, mistakes: string[]): number {
  if (value === undefined || value === null) return absent;
  // Templates may hold numbers as strings.
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  const [min, max] = ranges[name];
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
  mistakes.push(`${name}: ${JSON.stringify(value)} is not a whole number from ${min} to ${max}`);
  return absent;
}

function readResponseTypes(value: unknown, absent: boolean, mistakes: string[]): boolean {
  if (value === undefined) return absent;
  const types = Array.isArray(value) ? value : [value];
  for (const type of types) {
    if (type !== 'ReportBatchItemFailures')
      mistakes.push(`FunctionResponseTypes: ${JSON.stringify(type)} is not known`);
  }
  return types.length > 0;
}

function readDestination(value: unknown, absent: string | undefined, mistakes: string[]): string | undefined {
  if (value === undefined) return absent;
  const { OnFailure, OnSuccess } = record(value);
  if (OnSuccess !== undefined && Object.keys(record(OnSuccess)).length > 0) {
    mistakes.push('DestinationConfig.OnSuccess: a stream mapping has no destination for successes');
  }
  const { Destination: destination } = record(OnFailure);
  if (destination === undefined || destination === '') return undefined;
  if (typeof destination === 'string' && /^arn:[^:]+:(s3|sqs|sns):/.test(destination)) return destination;
  mistakes.push(
    `DestinationConfig.OnFailure.Destination: ${JSON.stringify(destination)} is no ARN of an S3 bucket, SQS queue or SNS topic`,
  );
  return undefined;
}

function readFilters(value: unknown, absent: readonly string[], mistakes: string[]): readonly string[] {
  if (value === undefined) return absent;
  const filters = record(value).Filters ?? [];
  if (!Array.isArray(filters)) {
    mistakes.push(`FilterCriteria.Filters: a list is needed, not ${JSON.stringify(filters)}`);
    return [];
  }
  if (filters.length > filtersMax)
    mistakes.push(`FilterCriteria.Filters: ${filters.length} are more than ${filtersMax}`);
  const patterns = filters.map((filter: unknown) => String(record(filter).Pattern ?? '{}'));
  for (const pattern of patterns) {
    const compiled = compilePattern(pattern);
    if (!compiled.ok) mistakes.push(...compiled.mistakes.map((mistake) => `FilterCriteria: ${mistake}`));
  }
  return patterns;
}

function record(value: unknown): Given {
  return typeof value === 'object' && value !== null ? (value as Given) : {};
}
