import type { StepOp } from '@tidemark/core/replay/steps';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';

export interface StepProps {
  readonly op: StepOp;
  /** What the call holds beside run, source and settings: a JSONata expression of an object. */
  readonly more?: string;
  readonly assign?: Readonly<Record<string, string>>;
}

/** One call of the function `replay`. Its output is the answer. */
export function step(scope: Construct, id: string, fn: IFunction, { op, more, assign }: StepProps): LambdaInvoke {
  const call = `{"op": "${op}", "run": $run, "source": $source, "settings": $settings}`;
  return LambdaInvoke.jsonata(scope, id, {
    lambdaFunction: fn,
    payload: TaskInput.fromText(jsonata(more === undefined ? call : `$merge([${call}, ${more}])`)),
    outputs: jsonata('$states.result.Payload'),
    // Whoever calls it says how long a fault may last.
    retryOnServiceExceptions: false,
    ...(assign === undefined ? {} : { assign: { ...assign } }),
  });
}
