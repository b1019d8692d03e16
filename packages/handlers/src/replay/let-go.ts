import { letGo } from '@tidemark/core/replay/lock';
import type { LetGoAnswer, LetGoCall } from '@tidemark/core/replay/switch-steps';
import type { Step } from './step.ts';

/** When the held mappings were enabled again: nobody has to see to them any more. Also of a run that was aborted. */
export async function letMappingsGo({ call, control, nowMs }: Step<LetGoCall>): Promise<LetGoAnswer> {
  await control.change((item) => letGo(item, call.run));
  const { HeldFromMs } = (await control.run(call.run)) ?? {};
  if (HeldFromMs === undefined) return { heldMs: 0 };
  await control.setRun(call.run, { Phase: 'cleaning up' }, { HeldUntilMs: nowMs });
  const { HeldUntilMs = nowMs } = (await control.run(call.run)) ?? {};
  return { heldMs: HeldUntilMs - HeldFromMs };
}
