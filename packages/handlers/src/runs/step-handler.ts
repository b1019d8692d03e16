import type { Context } from 'aws-lambda';
import type { DynamoDB } from '../aws/dynamodb.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import type { RunCall } from './call.ts';
import { ControlTable } from './control-table.ts';
import { failureIn, StepFailure } from './failure.ts';
import { type Stream, Streams } from './stream.ts';

/** What a step of any run works with. */
export interface StepInvocation {
  readonly control: ControlTable;
  readonly stream: Stream;
  readonly dynamodb: DynamoDB;
  /** When the invocation began, milliseconds since the epoch. */
  readonly nowMs: number;
  /** Whether a step that goes on in another invocation is to answer now. */
  isTimeUp(): boolean;
  readonly signal: AbortSignal;
}

export interface StepHandlerOptions<Call extends RunCall, Answer> {
  readonly name: Parameters<typeof makeLogger>[0];
  readonly dynamodb: DynamoDB;
  /** A step that goes on in another invocation answers after this, and long before its time is up. Milliseconds. */
  readonly stepMsMax: number;
  /** Throws where the event is no call. */
  readonly parse: (event: unknown) => Call;
  readonly perform: (call: Call, invocation: StepInvocation) => Promise<Answer>;
}

const marginMs = 30_000;

/** A function that performs one step of a run for its state machine. What throws has the name by which the machine catches it. */
export function stepHandler<Call extends RunCall, Answer>({
  name,
  dynamodb,
  stepMsMax,
  parse,
  perform,
}: StepHandlerOptions<Call, Answer>): (event: unknown, context: Context) => Promise<Answer> {
  const log = makeLogger(name);
  const streams = new Streams();

  const read = (event: unknown): Call => {
    try {
      return parse(event);
    } catch (error) {
      log.error('not done', { error });
      throw error;
    }
  };

  return async (event, context) => {
    log.addContext(context);
    const nowMs = Date.now();
    const call = read(event);
    const { op, run, source, settings } = call;
    const untilMs = nowMs + Math.min(stepMsMax, context.getRemainingTimeInMillis() - marginMs);
    const told = () => ({ op, run, source, milliseconds: Date.now() - nowMs });
    try {
      const answer = await beforeDeadline(context, (signal) =>
        perform(call, {
          control: new ControlTable(dynamodb, settings.controlTable, source, signal),
          stream: streams.at(settings.streamArn),
          ...{ dynamodb, nowMs, signal },
          isTimeUp: () => Date.now() >= untilMs,
        }),
      );
      log.info('done', told());
      return answer;
    } catch (caught) {
      const error = failureIn(caught);
      // What a run is refused for is told in the run; anything else is a fault.
      const level = error instanceof StepFailure ? 'warn' : 'error';
      log[level]('not done', { ...told(), error });
      throw error;
    }
  };
}
