import * as v from 'valibot';
import type { FunctionSettings } from '../config.ts';
import { timeoutSecondsMin } from '../limits.ts';
import { flag, notA, oneOf, settings, value, wholeNumber } from './settings.ts';

/** The spans that CloudWatch Logs knows, in days. */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const endless = -1;

/** The longest that Lambda gathers a batch. */
export const batchWindowSecondsMax = 300;

// 10 s: every batch pays one write for each of its keys, so that 5 s would cost twice as much.
export const batchWindowSecondsDefault = 10;

const anyBatchWindow = v.optional(
  wholeNumber('a number of seconds', 0, batchWindowSecondsMax),
  batchWindowSecondsDefault,
);

/** What a function has unless the configuration says otherwise, and the least memory that it can do with. */
export interface FunctionDefaults {
  readonly memoryMb: number;
  readonly memoryMbMin: number;
  readonly timeoutSeconds: number;
}

/** A function that follows a stream by itself. */
export function functionSettings(memoryMb: number): v.GenericSchema<unknown, FunctionSettings> {
  const entries = functionEntries({ memoryMb, memoryMbMin: 128, timeoutSeconds: 60 }, anyBatchWindow);
  return v.pipe(settings(entries), v.transform(withoutFixed));
}

/** Every setting of a function that follows a stream. Bounds are those of Lambda's event source mappings for streams. */
export function functionEntries<BatchWindow extends v.GenericSchema<unknown, number>>(
  { memoryMb, memoryMbMin, timeoutSeconds }: FunctionDefaults,
  batchWindowSeconds: BatchWindow,
) {
  return {
    memoryMb: v.optional(wholeNumber('a memory size in MB', memoryMbMin, 10_240), memoryMb),
    timeoutSeconds: v.optional(timeout, timeoutSeconds),
    batchSize: v.optional(wholeNumber('a batch size', 1, 10_000), 10_000),
    batchWindowSeconds,
    bisectOnError: v.optional(flag, true),
    retries: v.optional(wholeNumber('a number of retries', 0, 10_000, endless), endless),
    maximumRecordAgeSeconds: v.optional(wholeNumber('a number of seconds', 60, 604_800, endless), endless),
    reservedConcurrency: v.exactOptional(wholeNumber('a number of concurrent invocations', 1, 100_000)),
    architecture: v.optional(oneOf('an architecture', ['arm64', 'x86_64']), 'arm64'),
    logLevel: v.optional(oneOf('a log level', ['DEBUG', 'INFO', 'WARN', 'ERROR']), 'INFO'),
    logRetentionDays: v.optional(oneOf('a log retention in days', logRetentionDays), 30),
    parallelizationFactor: v.exactOptional(only(1, oneInvocation)),
    startingPosition: v.exactOptional(only('TRIM_HORIZON', trimHorizon)),
  };
}

/** The settings without those that can have but one value. */
export function withoutFixed<T extends { parallelizationFactor?: 1; startingPosition?: 'TRIM_HORIZON' }>(
  settings: T,
): Omit<T, 'parallelizationFactor' | 'startingPosition'> {
  const { parallelizationFactor: _factor, startingPosition: _position, ...rest } = settings;
  return rest;
}

const oneInvocation =
  'counting exactly once needs the records of a shard in order, in one invocation at a time; more shards count faster';
const trimHorizon =
  'a replaced mapping must start at the oldest record, where fences skip what is counted already; elsewhere it would lose records';

/** A setting that AWS offers and Tidemark fixes, with the reason. */
function only<const T extends string | number>(fixed: T, reason: string): v.GenericSchema<T> {
  return v.custom<T>(
    (input) => input === fixed,
    (issue) => `${notA(issue.input, 'possible', JSON.stringify(fixed))}: ${reason}`,
  );
}

const timeoutExpected = `a whole number from ${timeoutSecondsMin} to 900: a function stops its requests before its timeout, and a retried one must fit`;
const timeout = value<number>(
  'a timeout in seconds',
  timeoutExpected,
  (input) => Number.isInteger(input) && Number(input) >= timeoutSecondsMin && Number(input) <= 900,
);
