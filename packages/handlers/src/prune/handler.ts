import type { StepAnswers, StepCall, StepOp } from '@tidemark/core/prune/steps';
import type { Context } from 'aws-lambda';
import { DynamoDB } from '../aws/dynamodb.ts';
import { DynamoDBBatches } from '../aws/dynamodb-batches.ts';
import { S3 } from '../aws/s3.ts';
import { S3Reading } from '../aws/s3-reading.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import { ControlTable } from '../runs/control-table.ts';
import { failureIn, StepFailure } from '../runs/failure.ts';
import { Streams } from '../runs/stream.ts';
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
 * A step that goes on in another invocation answers after this, and long before its time is up. The function's timeout lies below `lateCallMsMax`
 * (core/replay/watchdog): when a run that was aborted ends, no deletion of it can be under way. Milliseconds.
 */
const stepMsMax = 60_000;
const marginMs = 30_000;

const log = makeLogger('prune');
const dynamodb = new DynamoDB();
const batches = new DynamoDBBatches();
const s3 = new S3();
const exports = new S3Reading();
const streams = new Streams();

/** Performs one step of a prune or a restore for its state machine. What throws has the name by which the machine catches it. */
export async function handler(event: unknown, context: Context): Promise<StepAnswers[StepOp]> {
  log.addContext(context);
  const nowMs = Date.now();
  const call = parse(event);
  const { op, run, source, settings } = call;
  const untilMs = nowMs + Math.min(stepMsMax, context.getRemainingTimeInMillis() - marginMs);
  try {
    const answer = await beforeDeadline(context, (signal) => {
      const step: Step<StepCall> = {
        ...{ call, run, settings },
        control: new ControlTable(dynamodb, settings.controlTable, source, signal),
        stream: streams.at(settings.streamArn),
        ...{ dynamodb, batches, s3, exports, nowMs, signal },
        isTimeUp: () => Date.now() >= untilMs,
      };
      return (steps[op] as (step: Step<StepCall>) => Promise<StepAnswers[StepOp]>)(step);
    });
    log.info('done', { op, run, source, milliseconds: Date.now() - nowMs });
    return answer;
  } catch (caught) {
    const error = failureIn(caught);
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
