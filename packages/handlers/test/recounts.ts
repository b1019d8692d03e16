import type { Source } from '@tidemark/core/config';
import type { RunLock } from '@tidemark/core/replay/lock';
import type { Sent } from './events.ts';
import { kinesisEvent, pipeEvent } from './events.ts';
import type { Instance } from './instance.ts';
import type { Deployment } from './stage.ts';

/** A source that tests recount: buckets of two sizes, and a window of the same events. */
export const both: Partial<Source> = {
  revisions: [
    {
      fromMs: 0,
      event: {
        name: ['Name'],
        time: ['StatusTime'],
        measures: [
          { name: 'distance', path: ['Distance'] },
          { name: 'health', path: ['HealthPoints'] },
        ],
      },
    },
  ],
  buckets: ['1m', '1h'],
  window: { seconds: 60 },
  maxSeries: 3,
};

export const runId = '20261102T120000Z-0a1b2c3d';
export const pipe = `web-${runId}`;

/** A run that counts into generation 12. */
export const lock: RunLock = {
  Run: runId,
  Kind: 'replay',
  Generation: 12,
  Execution: 'arn:aws:states:us-east-1:000000000000:execution:Replay:20261102T120000Z-0a1b2c3d',
  SinceMs: Date.parse('2026-11-02T12:00:00Z'),
  Stage: 'open',
  Pipe: pipe,
};

export async function putLock(deployment: Deployment, changes: Partial<RunLock> | undefined = {}): Promise<void> {
  const Lock = changes && { ...lock, ...changes };
  await deployment.putControl('TIMELINE', { Version: 1, LastGeneration: 12, Ranges: {}, ...(Lock ? { Lock } : {}) });
}

export async function piped(instance: Instance, sent: readonly Sent[], remainingMs?: number): Promise<void> {
  await instance.invoke(pipeEvent(pipe, kinesisEvent(sent)), remainingMs);
}

/** Everything that a recount has written: partials by their keys, and its own items of the Control table. */
export async function recounted(deployment: Deployment): Promise<Record<string, Record<string, unknown>>> {
  const rows = await deployment.rows();
  const items = Object.entries(await deployment.control()).filter(([item]) => item.includes('#recount-'));
  return {
    ...Object.fromEntries(rows.map((row) => [`${row.EventName} ${row.Bucket}`, row])),
    ...Object.fromEntries(items),
  };
}
