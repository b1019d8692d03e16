import type { Input, Output } from '../../../wire/rpc.ts';
import { requireArn } from '../arn.ts';
import type { MapRunRecord } from '../execution-record.ts';
import { invalidToken, validation } from '../failures.ts';
import { pageSize, pageToken, readLimit, readPageToken, requireText } from '../input.ts';
import type { StepFunctionsParts } from '../parts.ts';

export function describeMapRun({ mapRuns }: StepFunctionsParts, input: Input): Output {
  const { startedMs, stoppedMs, redrivenMs, ...record } = mapRuns.get(
    requireArn(requireText(input, 'mapRunArn'), 'mapRun'),
  );
  const { mapRunArn, executionArn, status, maxConcurrency, itemCounts, executionCounts } = record;
  const { toleratedFailureCount, toleratedFailurePercentage, redriveCount } = record;
  return {
    ...{ mapRunArn, executionArn, status, maxConcurrency, itemCounts, executionCounts },
    ...{ toleratedFailureCount, toleratedFailurePercentage, redriveCount, ...datesOf({ startedMs, stoppedMs }) },
    redriveDate: redrivenMs === undefined ? undefined : new Date(redrivenMs),
  };
}

/** The newest first. */
export function listMapRuns({ executions, mapRuns }: StepFunctionsParts, input: Input): Output {
  const { executionArn } = executions.get(requireArn(requireText(input, 'executionArn'), 'execution'));
  const from = readPageToken(input, () => invalidToken('Invalid Token')) ?? 0;
  const to = from + pageSize(input);
  const all = mapRuns.of(executionArn);
  return {
    mapRuns: all.slice(from, to).map(({ mapRunArn, stateMachineArn, startedMs, stoppedMs }) => ({
      ...{ executionArn, mapRunArn, stateMachineArn, ...datesOf({ startedMs, stoppedMs }) },
    })),
    nextToken: to < all.length ? pageToken(to) : undefined,
  };
}

/** Changes the limits of one that runs; children that run already are left alone. */
export function updateMapRun({ mapRuns }: StepFunctionsParts, input: Input): Output {
  const mapRun = mapRuns.get(requireArn(requireText(input, 'mapRunArn'), 'mapRun'));
  if (mapRun.status !== 'RUNNING') throw validation(`Map Run is ${mapRun.status} and cannot be updated`);
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = mapRun;
  mapRuns.update(mapRun, {
    maxConcurrency: readLimit(input, 'maxConcurrency') ?? maxConcurrency,
    toleratedFailureCount: readLimit(input, 'toleratedFailureCount') ?? toleratedFailureCount,
    toleratedFailurePercentage: readLimit(input, 'toleratedFailurePercentage', 100) ?? toleratedFailurePercentage,
  });
  return {};
}

function datesOf({
  startedMs,
  stoppedMs,
}: {
  readonly startedMs: number;
  readonly stoppedMs: MapRunRecord['stoppedMs'] | undefined;
}) {
  return {
    startDate: new Date(startedMs),
    stopDate: stoppedMs === undefined ? undefined : new Date(stoppedMs),
  };
}
