import type { AwsRequest } from '../../gateway/service.ts';
import { invalid } from './failures.ts';

/** The last part of `/schedules/NAME` and `/schedule-groups/NAME`. */
export function nameIn({ path }: AwsRequest): string {
  return decodeURIComponent(path.split('/')[2] ?? '');
}

const pageMax = 100;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly NextToken: string | undefined;
}

/** Those whose names begin with `NamePrefix`, from `NextToken` on, the index to go on from. Throws `ValidationException`. */
export function pageOf<Item>(all: readonly Item[], name: (item: Item) => string, { query }: AwsRequest): Page<Item> {
  const limit = Number(query.get('MaxResults') ?? pageMax);
  const from = Number(query.get('NextToken') ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > pageMax)
    throw invalid(`MaxResults: ${limit} is not from 1 to ${pageMax}`);
  if (!Number.isInteger(from) || from < 0) throw invalid('NextToken: it is none that was given out');
  const found = all.filter((item) => name(item).startsWith(query.get('NamePrefix') ?? ''));
  const to = from + limit;
  return { items: found.slice(from, to), NextToken: to < found.length ? String(to) : undefined };
}
