import type { DeployedSource } from '@tidemark/core/deployment';
import type { BucketSize } from '@tidemark/core/series/bucket';
import type { SpanSize } from '@tidemark/core/series/key';
import { windowSize } from '@tidemark/core/series/window';
import { defaultSize } from '../counters/totals.ts';
import { UsageError } from '../failure.ts';
import { sizesOf, sizeWord } from '../sizes.ts';
import { chooseSource, type Target } from '../target.ts';
import { type ExportFormat, exportFormats } from './sink.ts';

/** The format that is asked for, or the one that the file is called after, or CSV. Throws a UsageError where the two contradict each other. */
export function formatOf(asked: ExportFormat | undefined, output: string | undefined): ExportFormat {
  const called = exportFormats.find((format) => output?.toLowerCase().endsWith(`.${format}`));
  if (asked !== undefined && called !== undefined && asked !== called)
    throw new UsageError(`--output: ${output} is called ${called}, and --format says ${asked}`);
  return asked ?? called ?? 'csv';
}

/** The source that `--source` names, or the first that has what is asked for. */
export function exportSource(
  target: Target,
  name: string | undefined,
  bucket: BucketSize | 'window' | undefined,
): DeployedSource {
  return chooseSource(target, name, ({ buckets, window }) => {
    if (bucket === undefined) return true;
    return bucket === 'window' ? window !== undefined : buckets.includes(bucket);
  });
}

/** What is asked for of a source; hours, its smallest buckets or its windows unless told. Throws a UsageError for what it does not have. */
export function sizeOf(source: DeployedSource, bucket: BucketSize | 'window' | undefined): SpanSize {
  const { name, buckets, window } = source;
  const asked = bucket ?? (buckets.length > 0 ? defaultSize(buckets) : 'window');
  if (asked === 'window' && window !== undefined) return windowSize(window.seconds);
  if (asked !== 'window' && buckets.includes(asked)) return asked;
  const has = sizesOf(source).map(sizeWord).join(', ');
  throw new UsageError(`--bucket: source ${name} has no ${asked}; expected one of: ${has}`);
}
