import type { StepAnswers, StepCall, StepOp } from '@tidemark/core/replay/steps';
import type { Context } from 'aws-lambda';
import { CloudWatch } from '../aws/cloudwatch.ts';
import { DynamoDB } from '../aws/dynamodb.ts';
import { S3 } from '../aws/s3.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import { ControlTable } from '../runs/control-table.ts';
import { StepFailure } from '../runs/failure.ts';
import { Streams } from '../runs/stream.ts';
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

/** A step that goes on in another invocation answers after this, and long before its time is up. Milliseconds. */
const stepMsMax = 5 * 60_000;
const marginMs = 30_000;

const log = makeLogger('replay');
const dynamodb = new DynamoDB();
const s3 = new S3();
const cloudwatch = new CloudWatch();
const streams = new Streams();

/** Performs one step of a run for its state machine. What throws has the name by which the machine catches it. */
export async function handler(event: unknown, context: Context): Promise<StepAnswers[StepOp]> {
  log.addContext(context);
  const nowMs = Date.now();
  const call = parse(event);
  const { op, run, source } = call;
  const untilMs = nowMs + Math.min(stepMsMax, context.getRemainingTimeInMillis() - marginMs);
  try {
    const answer = await beforeDeadline(context, (signal) => {
      const step: Step<StepCall> = {
        call,
        control: new ControlTable(dynamodb, call.settings.controlTable, source, signal),
        stream: streams.at(call.settings.streamArn),
        ...{ dynamodb, s3, cloudwatch, nowMs, signal },
        isTimeUp: () => Date.now() >= untilMs,
      };
      return (steps[op] as (step: Step<StepCall>) => Promise<StepAnswers[StepOp]>)(step);
    });
    log.info('done', { op, run, source, milliseconds: Date.now() - nowMs });
    return answer;
  } catch (error) {
    // What a run is refused for is told in the run; anything else is a fault.
    const level = error instanceof StepFailure ? 'warn' : 'error';
    log[level]('not done', { op, run, source, milliseconds: Date.now() - nowMs, error });
    throw error;
  }
}

function parse(event: unknown): StepCall {
  try {
    return parseCall(event);
  } catch (error) {
    log.error('not done', { error });
    throw error;
  }
}
