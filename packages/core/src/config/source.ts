import * as v from 'valibot';
import type { SourceSettings } from '../config.ts';
import { maxSeriesLimit } from '../limits.ts';
import type { BucketSize } from '../series/bucket.ts';
import { access } from './access.ts';
import { alarms } from './alarms.ts';
import { alarmFaults, alarmsOf, type WatchedSource } from './alarms-of.ts';
import { archive } from './archive.ts';
import { buckets, bucketsOrNone } from './buckets.ts';
import { clashes } from './clashes.ts';
import { event } from './event.ts';
import { functionSettings } from './function.ts';
import { keptInVain, retention, retentionMsOf } from './retention.ts';
import { laterRevisions, namesLikeOthers, revisionsOf, type WrittenRevision } from './revisions.ts';
import { isRecord, refusedHere, settings, wholeNumber } from './settings.ts';
import { stream } from './stream.ts';
import { systemAlarms } from './system-alarms.ts';
import { table } from './table.ts';
import { type WrittenWindow, window } from './window.ts';

const count = functionSettings(512);
const noCount = refusedHere('cannot stand without buckets: the function count is made for them alone');

/** A source without its name, every default filled in. */
export const source: v.GenericSchema<unknown, Omit<SourceSettings, 'name'>> = v.lazy((input) => {
  const hasWindow = isRecord(input) && input.window !== undefined;
  return hasWindow ? sourceWith(true, hasAny(input.buckets)) : sourceWith(false, true);
});

function sourceWith(hasWindow: boolean, hasBuckets: boolean): v.GenericSchema<unknown, Omit<SourceSettings, 'name'>> {
  return v.pipe(
    settings({
      event,
      revisions: v.optional(laterRevisions(hasWindow), []),
      buckets: hasWindow ? v.optional(bucketsOrNone, []) : v.optional(buckets, ['1m', '1h']),
      window: v.exactOptional(window),
      maxSeries: v.optional(wholeNumber('a number of series', 1, maxSeriesLimit), 200),
      stream: v.optional(stream, {}),
      table: v.optional(table, {}),
      count: v.exactOptional(hasBuckets ? count : noCount),
      publish: v.optional(functionSettings(256), {}),
      archive: v.exactOptional(archive),
      retention: v.optional(retention),
      access: v.optional(access, {}),
      alarms: v.optional(alarms, []),
      systemAlarms: v.optional(systemAlarms, true),
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { event, window, revisions, retention = {}, buckets, alarms } = dataset.value;
      const measures = window?.measures ?? [];
      for (const issue of namesLikeOthers(measures, revisions)) addIssue(issue);
      for (const issue of clashes(event, measures, revisions)) addIssue(issue);
      for (const issue of keptInVain(retention, buckets, window !== undefined)) addIssue(issue);
      for (const issue of alarmFaults(alarms, watchedSource(dataset.value))) addIssue(issue);
    }),
    v.transform((written) => ({ ...written, alarms: alarmsOf(written.alarms, watchedSource(written)) })),
    v.transform(({ event, revisions, window, retention = {}, count: counting = v.parse(count, {}), ...rest }) => ({
      ...rest,
      count: counting,
      revisions: revisionsOf(event, window?.measures, revisions),
      retentionMs: retentionMsOf(retention, window?.settings.seconds),
      ...(window === undefined ? {} : { window: window.settings }),
    })),
  );
}

interface WrittenSource {
  readonly buckets: readonly BucketSize[];
  readonly window?: WrittenWindow;
  readonly revisions: readonly WrittenRevision[];
}

/** Alarms may be on measures that a later revision brings. */
function watchedSource({ buckets, window, revisions }: WrittenSource): WatchedSource {
  if (window === undefined) return { buckets, measures: [] };
  const later = revisions.flatMap(({ measures }) => measures ?? []);
  const names = [...window.measures, ...later].map(({ name }) => name);
  return { buckets, windowSeconds: window.settings.seconds, measures: [...new Set(names)] };
}

/** Whether a list of buckets, mistaken or not, means to name any. */
function hasAny(buckets: unknown): boolean {
  return buckets !== undefined && !(Array.isArray(buckets) && buckets.length === 0);
}
