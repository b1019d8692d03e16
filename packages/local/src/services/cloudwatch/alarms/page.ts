import { numberOf, textOf } from '../../../wire/input.ts';
import type { Input } from '../../../wire/rpc.ts';
import { refused, validationError } from '../failures.ts';

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

const recordsMax = 100;

/** The page that a call asks for; `NextToken` is the number of records before it. `usual` is how many a page has otherwise. */
export function readPage(input: Input, usual: number): Page {
  const limit = numberOf(input, 'MaxRecords') ?? usual;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= recordsMax)) {
    throw validationError(`MaxRecords: ${limit} is not from 1 to ${recordsMax}`);
  }
  const token = textOf(input, 'NextToken') ?? '0';
  if (!/^\d+$/.test(token)) throw refused('InvalidNextToken', 'The next token specified is invalid.');
  return { offset: Number(token), limit };
}
