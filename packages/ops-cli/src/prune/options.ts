import type { DeployedSource } from '@tidemark/core/deployment';
import { bucketSizes } from '@tidemark/core/series/bucket';
import type { SpanSize } from '@tidemark/core/series/key';
import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../failure.ts';
import { sizesOf, sizeWord } from '../sizes.ts';

const dayMs = 86_400_000;
const daysMax = 36_500;

/** Parser of `90d` or `12w`: whole days or weeks in milliseconds, a day at least. */
export function parseDays(text: string): number {
  const [, digits, unit] = /^(\d{1,5})([dw])$/.exec(text) ?? [];
  const days = Number(digits) * (unit === 'w' ? 7 : 1);
  if (days >= 1 && days <= daysMax) return days * dayMs;
  throw new InvalidArgumentError(`Expected whole days or weeks such as 90d or 12w, from 1d to ${daysMax}d.`);
}

const words = [...bucketSizes, 'window'];

/** `--bucket`, which may be given several times; its value are the words. */
export function bucketOption(meaning: string): Option {
  return new Option('--bucket <size>', meaning).argParser((word: string, before: readonly string[] = []) => {
    if (words.includes(word)) return [...before, word];
    throw new InvalidArgumentError(`Expected one of: ${words.join(', ')}.`);
  });
}

/** The sizes that `--bucket` names; undefined where it was not given. Throws a UsageError for one that the source does not have. */
export function sizesNamed(source: DeployedSource, given: readonly string[] | undefined): SpanSize[] | undefined {
  if (given === undefined) return undefined;
  const own = sizesOf(source);
  const unknown = given.find((word) => !own.some((size) => sizeWord(size) === word));
  if (unknown !== undefined)
    throw new UsageError(
      `--bucket: source ${source.name} has no ${unknown}; expected one of: ${own.map(sizeWord).join(', ')}`,
    );
  return own.filter((size) => given.includes(sizeWord(size)));
}
