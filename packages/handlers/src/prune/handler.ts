import type { StepAnswers, StepCall, StepOp } from '@tidemark/core/prune/steps';
import { DynamoDB } from '../aws/dynamodb.ts';
import { DynamoDBBatches } from '../aws/dynamodb-batches.ts';
import { S3 } from '../aws/s3.ts';
import { S3Reading } from '../aws/s3-reading.ts';
import { stepHandler } from '../runs/step-handler.ts';
import { abortRun } from './abort.ts';
import { parseCall } from './call.ts';
import { counted } from './counted.ts';
import { finish } from './finish.ts';
import { open } from './open.ts';
import { plan } from './plan.ts';
import { prepare } from './prepare.ts';
import { restore } from './restore.ts';
import { series } from './series.ts';
import type { Step } from './step.ts';

type CallOf<Op extends StepOp> = Extract<StepCall, { readonly op: Op }>;

/** One a file, named for it. */
const steps: { readonly [Op in StepOp]: (step: Step<CallOf<Op>>) => Promise<StepAnswers[Op]> } = {
  prepare,
  counted,
  plan,
  series,
  restore,
  open,
  abort: abortRun,
  finish,
};

/**
 * A step that goes on in another invocation answers after this. The function's timeout lies below `lateCallMsMax` (core/replay/watchdog): when a run that was
 * aborted ends, no deletion of it can be under way. Milliseconds.
 */
const stepMsMax = 60_000;

const dynamodb = new DynamoDB();
const clients = { batches: new DynamoDBBatches(), s3: new S3(), exports: new S3Reading() };

/** Performs one step of a prune or a restore for its state machine. */
export const handler = stepHandler<StepCall, StepAnswers[StepOp]>({
  ...{ name: 'prune', dynamodb, stepMsMax, parse: parseCall },
  perform: (call, invocation) => {
    const { run, settings } = call;
    const step: Step<StepCall> = { call, run, settings, ...clients, ...invocation };
    return (steps[call.op] as (step: Step<StepCall>) => Promise<StepAnswers[StepOp]>)(step);
  },
});
