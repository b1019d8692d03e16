import type { StepOp as PruneOp } from '@tidemark/core/prune/steps';
import type { StepOp as ReplayOp } from '@tidemark/core/replay/steps';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';

export type StepOp = ReplayOp | PruneOp;

export interface StepProps {
  readonly op: StepOp;
  /** What holds run, source and settings: a JSONata expression of an object. Absent: the variables of these names. */
  readonly of?: string;
  /** What the call holds beside them: a JSONata expression of an object. */
  readonly more?: string;
  readonly assign?: Readonly<Record<string, string>>;
}

/** One call of the function that does the steps of a machine. Its output is the answer. */
export function step(scope: Construct, id: string, fn: IFunction, { op, of, more, assign }: StepProps): LambdaInvoke {
  const call =
    of === undefined
      ? `{"op": "${op}", "run": $run, "source": $source, "settings": $settings}`
      : `$merge([{"op": "${op}"}, ${of}])`;
  return LambdaInvoke.jsonata(scope, id, {
    lambdaFunction: fn,
    payload: TaskInput.fromText(jsonata(more === undefined ? call : `$merge([${call}, ${more}])`)),
    outputs: jsonata('$states.result.Payload'),
    // Whoever calls it says how long a fault may last.
    retryOnServiceExceptions: false,
    ...(assign === undefined ? {} : { assign: { ...assign } }),
  });
}
