import { Chain, Choice, Condition, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { retrySome } from './retrying.ts';
import { type StepOp, type Steps, step } from './step.ts';

/**
 * Calls a step that works for a bounded time and hands on where it stands, until it is done. Its output is the last answer. The cursor is kept
 * under the step's name. `of`: as of a step.
 */
export function work(scope: Construct, id: string, steps: Steps, op: StepOp, of?: string): Chain {
  const cursor = `${op}Cursor`;
  const begin = Pass.jsonata(scope, `${id}: from the beginning`, { assign: { [cursor]: {} } });
  const call = retrySome(
    step(scope, id, steps, {
      op,
      ...(of === undefined ? {} : { of }),
      more: `$${cursor}`,
      assign: {
        [cursor]: jsonata('$exists($states.result.Payload.cursor) ? {"cursor": $states.result.Payload.cursor} : {}'),
      },
    }),
  );
  const done = Pass.jsonata(scope, `${id}: done`);
  const pause = Wait.jsonata(scope, `${id}: pause`, {
    time: WaitTime.seconds(jsonata('$states.input.waitSeconds')),
  });
  const isDone = Choice.jsonata(scope, `${id}?`)
    .when(Condition.jsonata(jsonata('$states.input.done')), done)
    .when(
      Condition.jsonata(jsonata('$exists($states.input.waitSeconds) and $states.input.waitSeconds > 0')),
      pause.next(call),
    )
    .otherwise(call);
  begin.next(call);
  call.next(isDone);
  return Chain.custom(begin, [done], done);
}
