import { setTimeout as sleep } from 'node:timers/promises';
import { controlItems } from '@tidemark/core/control/keys';
import { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import type { SteppedEngine } from '../metering/stepped-engine.ts';

/** How far live counting is behind the clock, in seconds. */
export interface Lag {
  readonly median: number;
  readonly max: number;
}

const lookMs = 250;

/**
 * Looks at the checkpoint of live counting of a shard until the signal says so, while records arrive all the time. It begins when something is counted
 * that arrived after the call.
 */
export async function watchLag(
  { clock, source, client }: SteppedEngine,
  shardId: string,
  signal: AbortSignal,
): Promise<Lag> {
  const tables = new Tables(client);
  const seconds: number[] = [];
  const beganMs = clock.now();
  try {
    while (!signal.aborted) {
      const key = controlItems.checkpoint('count', shardId);
      const checkpoint = await tables.controlItem(source.controlTable, source.name, key);
      const arrivalMs = Number(checkpoint?.ArrivalMs ?? 0);
      if (arrivalMs >= beganMs) seconds.push((clock.now() - arrivalMs) / 1000);
      await sleep(lookMs);
    }
  } finally {
    tables.close();
  }
  const sorted = seconds.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}
