import { type Chain, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { hold } from './hold.ts';
import type { MachineProps } from './replay.ts';
import { run } from './run.ts';
import { work } from './work.ts';

/** Gives back what a run has replaced, as far as nothing was counted into it since. */
export function undoDefinition(scope: Construct, { sources, replay }: MachineProps): Chain {
  const undone = Pass.jsonata(scope, 'Given back', {
    outputs: {
      outcome: 'undone',
      pipe: null,
      held: jsonata('$states.input.held'),
      waitSeconds: jsonata('$states.input.waitSeconds'),
    },
  });
  const untilSwitch = hold(scope, replay)
    .next(work(scope, 'Give back', replay, 'undo'))
    .next(undone);
  return run(scope, { kind: 'undo', sources, replay, switched: 'undone', untilSwitch });
}
