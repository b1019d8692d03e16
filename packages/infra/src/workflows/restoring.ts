import type { Chain } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { eachSeries } from './each-series.ts';
import { retrySome } from './retrying.ts';
import { type Steps, step } from './step.ts';

/** Brings back what was exported, and only then lets readers see it. */
export function restoring(scope: Construct, prune: Steps): Chain {
  const open = retrySome(step(scope, 'Open to readers', prune, { op: 'open' }));
  return eachSeries(scope, prune, { plan: 'Plan the restore', map: 'Restore', op: 'restore' }).next(open);
}
