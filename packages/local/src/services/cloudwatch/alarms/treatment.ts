import type { MetricAlarm, MissingDataTreatment } from './alarm.ts';

/** Alarms on metrics of DynamoDB ignore missing data, whatever they say. */
export function treatmentOf({ watched, treatMissingData = 'missing' }: MetricAlarm): MissingDataTreatment {
  const isOfDynamoDb = watched.queries.some(({ stat }) => stat?.metric.namespace === 'AWS/DynamoDB');
  return isOfDynamoDb ? 'ignore' : treatMissingData;
}
