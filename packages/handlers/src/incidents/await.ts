import type { AwaitCall } from '@tidemark/core/incidents/steps';
import { putToken } from '@tidemark/core/incidents/waiting';
import { perform, type Step } from './step.ts';

/** Notes the token that ends the wait. One that comes too late ends it at once. */
export async function awaitStep(step: Step<AwaitCall>): Promise<Record<never, never>> {
  const { call, table } = step;
  const change = await table.change(call.source, call.incident, (item) => putToken(item, call.step, call.token));
  if (change === undefined) throw new Error(`there is no incident ${call.incident} of ${call.source}`);
  await perform(step, change.effects);
  return {};
}
