import { Chain, Choice, Condition, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { hold } from './hold.ts';
import { stopPipe } from './pipe.ts';
import { poll } from './poll.ts';
import { retrySome } from './retrying.ts';
import { type Steps, step } from './step.ts';
import { work } from './work.ts';

/**
 * From a pipe that recounts to the switch: near the tip, compared while live counting goes on, held, passed, drained, switched. Where there is nothing to
 * switch, it ends after the comparison. Reads `$pipe`.
 */
export function recounting(scope: Construct, replay: Steps): Chain {
  const near = poll(scope, 'Is the recount near the tip', replay, { op: 'progress', until: 'near' });
  const compare = work(scope, 'Compare', replay, 'compare');
  const nothing = Pass.jsonata(scope, 'Nothing to switch', {
    outputs: {
      outcome: jsonata('$states.input.outcome'),
      pipe: jsonata('$pipe'),
      held: [],
      waitSeconds: jsonata('$states.input.quietSeconds'),
    },
  });
  const passed = poll(scope, 'Has the recount passed live counting', replay, { op: 'passed', until: 'passed' });
  const switchOver = retrySome(step(scope, 'Switch', replay, { op: 'switch' }));
  const switched = Pass.jsonata(scope, 'Switched', {
    outputs: {
      outcome: 'switched',
      pipe: jsonata('$pipe'),
      held: jsonata('$states.input.held'),
      waitSeconds: jsonata('$states.input.waitSeconds'),
    },
  });
  const switching = hold(scope, replay).next(passed).next(stopPipe(scope)).next(switchOver).next(switched);
  const proceeds = Choice.jsonata(scope, 'Is there anything to switch')
    .when(Condition.jsonata(jsonata('$states.input.proceed')), switching)
    .otherwise(nothing);
  near.next(compare).next(proceeds);
  return Chain.custom(near.startState, [nothing, switched], switched);
}
