import type { SourceSettings } from '@tidemark/core/config';
import type { StreamReader } from '@tidemark/core/control/keys';
import { windowRestMs } from '@tidemark/core/health/reader';
import type { HealthCall } from '@tidemark/handlers/health/call';
import type { StreamFunction } from '../functions/function.ts';
import type { SourceStream } from '../stream/stream.ts';

/** A source that is looked at. */
export interface LookedAt {
  /** What the function `health` is told of it. */
  readonly watched: HealthCall['sources'][number];
  readonly stream: SourceStream;
}

interface Parts extends Readonly<Record<StreamReader, StreamFunction | undefined>> {
  readonly source: SourceSettings;
  readonly stream: SourceStream;
}

/** Looks cost a metric or two each month: nobody pays for those that no alarm is about. */
export function isLookedAt(alarms: SourceSettings['systemAlarms']): boolean {
  return alarms !== false && (alarms.freshnessMs !== false || alarms.quarantined !== false);
}

/** The readers of a source's stream, and how long a record may wait for each; undefined where it is not looked at. */
export function lookedAt({ source, stream, count, window, archive }: Parts): LookedAt | undefined {
  const { name, systemAlarms } = source;
  if (!isLookedAt(systemAlarms)) return;
  const readers = { count, window, archive };
  const restMs = {
    count: 0,
    window: source.window === undefined ? 0 : windowRestMs(source.window.seconds),
    archive: 0,
  };
  return {
    watched: {
      ...{ source: name, stream: stream.stream.streamArn },
      readers: (['count', 'window', 'archive'] as const).flatMap((reader) => {
        const { batchWindowSeconds } = readers[reader] ?? {};
        return batchWindowSeconds === undefined ? [] : [{ reader, restMs: restMs[reader] + batchWindowSeconds * 1000 }];
      }),
    },
    stream,
  };
}
