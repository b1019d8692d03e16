import type { AwsRequest } from '../../gateway/service.ts';
import { objectsOf, textOf } from '../../wire/input.ts';
import type { Input } from '../../wire/rpc.ts';
import { readDatum } from './datum.ts';
import { invalidParameter, missingParameter, refused } from './failures.ts';
import type { Datum } from './metric.ts';

const dataMax = 1_000;
const requestBytesMax = 1_048_576;

/**
 * The data of one `PutMetricData`, all of them in order; one that is not fails the call, as CloudWatch does. The size is
 * counted before compression, which is the stricter reading of the limit.
 */
export function readPutMetricData(input: Input, request: AwsRequest, nowMs: number): readonly Datum[] {
  const bytes = request.body.length;
  if (bytes > requestBytesMax) {
    throw refused('RequestEntityTooLarge', `Request size ${bytes} exceeded ${requestBytesMax} bytes`, 413);
  }
  const namespace = textOf(input, 'Namespace');
  if (namespace === undefined || namespace === '') throw missingParameter('The parameter Namespace is required.');
  if (namespace.startsWith('AWS/')) {
    throw invalidParameter('The value AWS/ for parameter Namespace is invalid: it is reserved for AWS.');
  }
  if (!/^[\w.\-/#: ]{1,255}$/.test(namespace)) throw invalidParameter('The value for parameter Namespace is invalid.');
  if (input.EntityMetricData !== undefined)
    throw invalidParameter('The local engine does not support EntityMetricData.');
  const data = objectsOf(input, 'MetricData');
  if (data === undefined || data.length === 0) throw missingParameter('The parameter MetricData is required.');
  if (data.length > dataMax) {
    throw invalidParameter(`The collection MetricData must not have a size greater than ${dataMax}.`);
  }
  const results = data.map((datum, index) => readDatum(namespace, datum, `MetricData.member.${index + 1}`, nowMs));
  const reasons = results.flatMap((result) => ('reasons' in result ? result.reasons : []));
  if (reasons.length > 0) throw invalidParameter(reasons.join('\n'));
  return results.flatMap((result) => ('datum' in result ? [result.datum] : []));
}
