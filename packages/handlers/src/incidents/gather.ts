import { gathered, outboxKey } from '@tidemark/core/incidents/outbox';
import type { GatherAnswer, GatherCall } from '@tidemark/core/incidents/steps';
import type { Step } from './step.ts';

/** Puts what is to be told where whoever sends finds it, together with others. False where it was there. */
export async function gather({ call, table, nowMs }: Step<GatherCall>): Promise<GatherAnswer> {
  const { source, incident, telling } = call;
  const item = { ...gathered(source, incident, telling, nowMs) };
  return { gathered: await table.write([{ kind: 'put', key: outboxKey(incident, telling), item, readVersion: 0 }]) };
}
