import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { OutgoingRecord } from '@tidemark/ops-cli/produce/record';
import { scenario } from './scenario.ts';

/**
 * A second's events: every series equally often, which writes the most keys, each event at its arrival, partition keys that spread
 * evenly over the shards.
 */
export function eventsOfSecond(second: number, atMs: number): OutgoingRecord[] {
  return Array.from({ length: scenario.eventsPerSecond }, (_, index) => {
    const number = second * scenario.eventsPerSecond + index;
    const digest = createHash('md5').update(String(number)).digest('hex');
    const event = {
      event_id: digest,
      // By the digest, not by the number: a shard's series must not depend on what the others get.
      event_type: `event ${Number.parseInt(digest.slice(0, 8), 16) % scenario.series}`,
      utc_timestamp: new Date(atMs).toISOString(),
      detail: '',
    };
    const bare = Buffer.byteLength(JSON.stringify(event));
    event.detail = 'x'.repeat(scenario.eventBytes - bare);
    return { data: Buffer.from(JSON.stringify(event)), partitionKey: digest.slice(8, 20) };
  });
}
