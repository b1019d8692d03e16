import { Chain, Choice, Condition, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';

/** Settings that all sources have alike. Written once: CloudFormation takes templates of 1 MB, and every source is in each machine. */
type StageSettings = 'controlTable' | 'bucket';

/** The variables `$stage` and `$sources`: what is known of all, and of each beside it. */
export function knownSources<Settings extends Readonly<Record<StageSettings, string>>>(
  scope: Construct,
  sources: Readonly<Record<string, Settings>>,
): Pass {
  const own = Object.entries(sources).map(([name, { controlTable, bucket, ...rest }]) => [name, rest] as const);
  const [any] = Object.values(sources);
  const stage = { controlTable: any?.controlTable, bucket: any?.bucket };
  return Pass.jsonata(scope, 'Sources', { assign: { stage, sources: Object.fromEntries(own) } });
}

/** Reads the input, a RunRequest, into `$request`, `$run`, `$source` and `$settings`, and goes on where the source is one of `$sources`. */
export function ofKnownSource(scope: Construct, next: IChainable): Chain {
  const settle = Pass.jsonata(scope, 'Settings', {
    assign: {
      request: jsonata('$states.input'),
      run: jsonata('$states.input.run'),
      source: jsonata('$states.input.source'),
      settings: jsonata('$merge([$stage, $lookup($sources, $states.input.source)])'),
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
