import { Chain, Choice, Condition, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { retrySome } from './retrying.ts';
import { type StepOp, type Steps, step } from './step.ts';

export interface PollProps {
  readonly op: StepOp;
  /** The field of the answer that says that there is nothing more to wait for. */
  readonly until: string;
}

/** Calls a step until its answer says so, with the pauses that the answers ask for: they grow with what is left. */
export function poll(scope: Construct, id: string, steps: Steps, { op, until }: PollProps): Chain {
  const ask = retrySome(step(scope, id, steps, { op }));
  const done = Pass.jsonata(scope, `${id}: yes`);
  const pause = Wait.jsonata(scope, `${id}: not yet`, {
    time: WaitTime.seconds(jsonata('$states.input.waitSeconds')),
  });
  const isDone = Choice.jsonata(scope, `${id}?`)
    .when(Condition.jsonata(jsonata(`$states.input.${until}`)), done)
    .otherwise(pause.next(ask));
  ask.next(isDone);
  return Chain.custom(ask, [done], done);
}
