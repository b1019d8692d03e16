import type { StepOp as PruneOp } from '@tidemark/core/prune/steps';
import type { StepOp as ReplayOp } from '@tidemark/core/replay/steps';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';

export type StepOp = ReplayOp | PruneOp;

/** A function that does steps. */
export interface Steps {
  readonly fn: IFunction;
  /** Names of the errors that no retry mends: what a step refuses, it refuses again. */
  readonly refusals: readonly string[];
}

export interface StepProps {
  readonly op: StepOp;
  /** What holds run, source and settings: a JSONata expression of an object. Absent: the variables of these names. */
  readonly of?: string;
  /** What the call holds beside them: a JSONata expression of an object. */
  readonly more?: string;
  readonly assign?: Readonly<Record<string, string>>;
}

/** One call of the function that does the steps of a machine. Its output is the answer. */
export function step(scope: Construct, id: string, steps: Steps, { op, of, more, assign }: StepProps): LambdaInvoke {
  const call =
    of === undefined
      ? `{"op": "${op}", "run": $run, "source": $source, "settings": $settings}`
      : `$merge([{"op": "${op}"}, ${of}])`;
  const invoke = LambdaInvoke.jsonata(scope, id, {
    lambdaFunction: steps.fn,
    payload: TaskInput.fromText(jsonata(more === undefined ? call : `$merge([${call}, ${more}])`)),
    outputs: jsonata('$states.result.Payload'),
    // Whoever calls it says how long a fault may last.
    retryOnServiceExceptions: false,
    ...(assign === undefined ? {} : { assign: { ...assign } }),
  });
  // The first retrier that names the error is taken.
  invoke.addRetry({ errors: [...steps.refusals], maxAttempts: 0 });
  return invoke;
}
