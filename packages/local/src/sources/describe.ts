import type { EventSourceMapping } from './mapping.ts';

/** A mapping as Lambda's API shows it. Times are seconds since the epoch. */
export function describeMapping(mapping: EventSourceMapping): object {
  const { options, settings } = mapping;
  const { startingPosition: start } = options;
  const { OnFailureDestination: destination, FilterPatterns: patterns } = settings;
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mappingArn(mapping),
    EventSourceArn: options.source.arn,
    FunctionArn: options.functionArn,
    StartingPosition: start.at === 'TIMESTAMP' ? 'AT_TIMESTAMP' : start.at,
    ...(start.at === 'TIMESTAMP' ? { StartingPositionTimestamp: start.timestampMs / 1000 } : {}),
    BatchSize: settings.BatchSize,
    MaximumBatchingWindowInSeconds: settings.MaximumBatchingWindowInSeconds,
    ParallelizationFactor: 1,
    MaximumRetryAttempts: settings.MaximumRetryAttempts,
    MaximumRecordAgeInSeconds: settings.MaximumRecordAgeInSeconds,
    BisectBatchOnFunctionError: settings.BisectBatchOnFunctionError,
    TumblingWindowInSeconds: settings.TumblingWindowInSeconds,
    FunctionResponseTypes: settings.ReportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    DestinationConfig: { OnFailure: destination === undefined ? {} : { Destination: destination } },
    ...(patterns.length === 0 ? {} : { FilterCriteria: { Filters: patterns.map((Pattern) => ({ Pattern })) } }),
    State: mapping.state,
    StateTransitionReason: 'User action',
    LastModified: mapping.lastModifiedMs / 1000,
    LastProcessingResult: mapping.lastProcessingResult,
  };
}

/** The mapping's own ARN. */
export function mappingArn({ uuid, options }: EventSourceMapping): string {
  return `${options.functionArn.split(':function:')[0]}:event-source-mapping:${uuid}`;
}
