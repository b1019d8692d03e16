import type * as v from 'valibot';
import { value } from './settings.ts';

const keyArn = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

/** An alias is refused: policies name keys, and the key behind an alias can change. */
export function isKeyArn(input: unknown): input is string {
  return typeof input === 'string' && keyArn.test(input);
}

/** The words of a service for keys that AWS keeps, or the ARN of one's own KMS key. */
export function encryption<const Word extends string>(words: readonly Word[]): v.GenericSchema<Word | (string & {})> {
  const expected = `${words.join(', ')} or the ARN of a KMS key`;
  return value('a kind of encryption', expected, (input) => words.some((word) => word === input) || isKeyArn(input));
}
