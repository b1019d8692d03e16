import { answerTick } from '@tidemark/core/incidents/answer-tick';
import { withoutAlarm } from '@tidemark/core/incidents/removed-alarm';
import type { TickAnswer, TickCall } from '@tidemark/core/incidents/steps';
import { perform, type Step } from './step.ts';

/** What an execution is to do next. */
export async function tick(step: Step<TickCall>): Promise<TickAnswer> {
  const { call, stage, table, holds, nowMs } = step;
  const ticked = await table.change(call.source, call.incident, async (item) => {
    const hold = await holds.of(stage.alarmOf(item));
    const isDeployed = stage.alarm(item.Alarm) !== undefined;
    return answerTick(call, withoutAlarm(item, isDeployed, nowMs).item, stage.plan(item.Severity), nowMs, hold);
  });
  if (ticked === undefined) throw new Error(`there is no incident ${call.incident} of ${call.source}`);
  await perform(step, ticked.effects);
  return ticked.answer;
}
