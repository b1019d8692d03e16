import { Chain, Choice, Condition, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';

/** The variable `$sources`: what is known of each. */
export function knownSources(scope: Construct, sources: Readonly<Record<string, object>>): Pass {
  return Pass.jsonata(scope, 'Sources', { assign: { sources: { ...sources } } });
}

/** Reads the input, a RunRequest, into `$request`, `$run`, `$source` and `$settings`, and goes on where the source is one of `$sources`. */
export function ofKnownSource(scope: Construct, next: IChainable): Chain {
  const settle = Pass.jsonata(scope, 'Settings', {
    assign: {
      request: jsonata('$states.input'),
      run: jsonata('$states.input.run'),
      source: jsonata('$states.input.source'),
      settings: jsonata('$lookup($sources, $states.input.source)'),
    },
  });
  const unknown = Fail.jsonata(scope, 'No such source', {
    error: 'NoSuchSource',
    cause: jsonata(
      '"No source is called " & $string($states.input.source) & "; there are " & $join($keys($sources), ", ")',
    ),
  });
  return Chain.start(
    Choice.jsonata(scope, 'Is the source known')
      .when(Condition.jsonata(jsonata('$exists($lookup($sources, $states.input.source))')), settle.next(next))
      .otherwise(unknown),
  );
}
