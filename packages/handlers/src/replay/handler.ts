import type { StepAnswers, StepCall, StepOp } from '@tidemark/core/replay/steps';
import { CloudWatch } from '../aws/cloudwatch.ts';
import { DynamoDB } from '../aws/dynamodb.ts';
import { S3 } from '../aws/s3.ts';
import { stepHandler } from '../runs/step-handler.ts';
import { abortRun } from './abort.ts';
import { begun } from './begun.ts';
import { parseCall } from './call.ts';
import { compare } from './compare.ts';
import { contiguous } from './contiguous.ts';
import { correct } from './correct.ts';
import { finish } from './finish.ts';
import { held, noteHeld } from './hold.ts';
import { letMappingsGo } from './let-go.ts';
import { passed } from './passed.ts';
import { prepare } from './prepare.ts';
import { progress } from './progress.ts';
import type { Step } from './step.ts';
import { switchOver } from './switch.ts';
import { tail } from './tail.ts';
import { undo } from './undo.ts';

type CallOf<Op extends StepOp> = Extract<StepCall, { readonly op: Op }>;

/** One a file, named for it. */
const steps: { readonly [Op in StepOp]: (step: Step<CallOf<Op>>) => Promise<StepAnswers[Op]> } = {
  prepare,
  tail,
  contiguous,
  begun,
  progress,
  compare,
  noteHold: noteHeld,
  held,
  passed,
  switch: switchOver,
  letGo: letMappingsGo,
  correct,
  undo,
  abort: abortRun,
  finish,
};

/** A step that goes on in another invocation answers after this. Milliseconds. */
const stepMsMax = 5 * 60_000;

const dynamodb = new DynamoDB();
const clients = { s3: new S3(), cloudwatch: new CloudWatch() };

/** Performs one step of a run for its state machine. */
export const handler = stepHandler<StepCall, StepAnswers[StepOp]>({
  ...{ name: 'replay', dynamodb, stepMsMax, parse: parseCall },
  perform: (call, invocation) => {
    const step: Step<StepCall> = { call, ...clients, ...invocation };
    return (steps[call.op] as (step: Step<StepCall>) => Promise<StepAnswers[StepOp]>)(step);
  },
});
