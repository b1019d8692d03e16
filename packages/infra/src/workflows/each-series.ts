import { childrenAtOnce } from '@tidemark/core/prune/slots';
import {
  Chain,
  Choice,
  Condition,
  DistributedMap,
  Errors,
  Fail,
  Parallel,
  Pass,
  ProvideItems,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { caughtFailure } from './failure.ts';
import { retrySome } from './retrying.ts';
import { type Steps, step } from './step.ts';
import { work } from './work.ts';

export interface EachSeriesProps {
  /** Names of the states: of the step that cuts the catalogue, and of the map. */
  readonly plan: string;
  readonly map: string;
  /** What each child does, for its part of the catalogue. */
  readonly op: 'series' | 'restore';
}

/** Goes through the catalogue of `$source`, each child through a range of its slots: names never travel through executions. */
export function eachSeries(scope: Construct, prune: Steps, { plan, map, op }: EachSeriesProps): Chain {
  const cut = retrySome(step(scope, plan, prune, { op: 'plan' }));
  const children = DistributedMap.jsonata(scope, map, {
    items: ProvideItems.jsonata(jsonata('$states.input.children')),
    // Children see no variables of the run: what they get is most of a call.
    itemSelector: {
      run: jsonata('$run'),
      source: jsonata('$source'),
      settings: jsonata('$settings'),
      child: jsonata('$states.context.Map.Item.Value.child'),
      first: jsonata('$states.context.Map.Item.Value.first'),
      last: jsonata('$states.context.Map.Item.Value.last'),
    },
    maxConcurrency: childrenAtOnce,
    outputs: { failures: jsonata('[$states.result.failure]') },
  }).itemProcessor(child(scope, prune, map, op));
  const failure = Fail.jsonata(scope, `${map}: failed`, {
    error: jsonata('$states.input.failures[0].name'),
    cause: jsonata('$states.input.failures[0].cause'),
  });
  const done = Pass.jsonata(scope, `${map}: every series`);
  const haveFailed = Choice.jsonata(scope, `${map}: did all children succeed`)
    .when(Condition.jsonata(jsonata('$count($states.input.failures) > 0')), failure)
    .otherwise(done);
  cut.next(children).next(haveFailed);
  return Chain.custom(cut, [done], done);
}

/** A child that fails says so in its output: the error of a map that failed names none of its children's. */
function child(scope: Construct, prune: Steps, map: string, op: 'series' | 'restore'): Chain {
  const settle = Pass.jsonata(scope, `${map}: the range`, { assign: { part: jsonata('$states.input') } });
  const all = Parallel.jsonata(scope, `${map}: the series of the range`, {
    outputs: { child: jsonata('$part.child') },
  });
  all.branch(work(scope, `${map} a range`, prune, op, '$part'));
  all.addCatch(Pass.jsonata(scope, `${map}: the range failed`), {
    errors: [Errors.ALL],
    outputs: { failure: caughtFailure },
  });
  return settle.next(all);
}
