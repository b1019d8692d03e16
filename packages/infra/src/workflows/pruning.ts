import { type Chain, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { eachSeries } from './each-series.ts';
import { jsonata } from './expression.ts';
import { poll } from './poll.ts';
import type { Steps } from './step.ts';

/**
 * From floors that were raised to the last deletion. Nothing is deleted before everything that the floors do not keep out is counted, and no
 * invocation that began before can still write: a partial that is deleted has no fence any more.
 */
export function pruning(scope: Construct, prune: Steps): Chain {
  const inForce = Wait.jsonata(scope, 'Until the floors are in force', {
    time: WaitTime.seconds(jsonata('$waitSeconds')),
  });
  const drain = Wait.jsonata(scope, 'Drain live counting', {
    time: WaitTime.seconds(jsonata('$settings.drainSeconds')),
  });
  return inForce
    .next(poll(scope, 'Is everything counted from before', prune, { op: 'counted', until: 'counted' }))
    .next(drain)
    .next(eachSeries(scope, prune, { plan: 'Plan the deletions', map: 'Prune', op: 'series' }));
}
