import { textOf } from '../../wire/input.ts';
import type { Input } from '../../wire/rpc.ts';
import { invalidParameter } from './failures.ts';

/** Of a query of `GetMetricData`, or of an alarm's. */
export function readQueryId(query: Input): string {
  const id = textOf(query, 'Id') ?? '';
  if (!/^[a-z]\w{0,254}$/.test(id)) {
    throw invalidParameter(
      `The value ${id} for parameter MetricDataQueries.member.Id is not a letter a to z and then letters, digits and underscores.`,
    );
  }
  return id;
}
