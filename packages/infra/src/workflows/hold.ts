import { Chain, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { holdEnd } from './hold-end.ts';
import { disableMappings, lookAtMappings } from './mappings.ts';
import { retrySome } from './retrying.ts';
import { type Steps, step } from './step.ts';

/** Holds live counting, drains it, and notes how far it is. */
export function hold(scope: Construct, replay: Steps): Chain {
  const look = lookAtMappings(scope, 'Look at the mappings');
  const note = step(scope, 'Note the hold', replay, {
    op: 'noteHold',
    more: '{"mappings": $states.input}',
    assign: {
      holding: jsonata('$states.result.Payload.held'),
      holdSeconds: jsonata('$states.result.Payload.holdSeconds'),
      holdEndsMs: holdEnd('$states.result.Payload.holdSeconds'),
    },
  });
  const drain = Wait.jsonata(scope, 'Drain live counting', { time: WaitTime.seconds(jsonata('$holdSeconds')) });
  const held = step(scope, 'Note where live counting stands', replay, { op: 'held' });
  return Chain.start(look)
    .next(retrySome(note))
    .next(disableMappings(scope, 'Disable the mappings'))
    .next(drain)
    .next(retrySome(held));
}
