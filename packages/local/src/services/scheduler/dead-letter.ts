import type { Dispatch } from '../../sources/destination.ts';
import { sendToDestination } from '../../sources/send-to-destination.ts';
import { timeText } from '../events/event.ts';
import type { GivenUp } from '../events/retries.ts';
import type { AttemptContext } from './input.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';

/** An invocation that a target did not take, and why. */
export interface ScheduleDeadLetter extends GivenUp {
  readonly definition: ScheduleDefinition;
  /** Of the last attempt. */
  readonly context: AttemptContext;
  /** What the target was given in it. */
  readonly input: string;
}

/** Sends what the target was given to the queue. Throws where the queue did not take it. */
export async function sendScheduleDeadLetter(
  { definition, context, input, code, message, retries, exhausted }: ScheduleDeadLetter,
  queueArn: string,
  region: string,
  dispatch: Dispatch,
): Promise<void> {
  const attributes = {
    ...{ ERROR_CODE: code, ERROR_MESSAGE: message, EXECUTION_ID: context.executionId },
    ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
    ...{ IS_PAYLOAD_TRUNCATED: 'false', RETRY_ATTEMPTS: String(retries), SCHEDULE_ARN: definition.arn },
    ...{ SCHEDULED_TIME: timeText(context.scheduledMs), TARGET_ARN: definition.target.arn },
  };
  await sendToDestination({ message: input, attributes }, { destinationArn: queueArn, region }, dispatch);
}
