import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { type SendOutcome, tryUntilTaken } from '../events/retries.ts';
import type { ScheduleChaos } from './chaos.ts';
import type { ScheduleDeadLetter } from './dead-letter.ts';
import { type AttemptContext, inputOf } from './input.ts';
import type { SchedulePlace } from './place.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';

/** Invokes the schedule's target with an input, once. */
export type Invoke = (definition: ScheduleDefinition, input: string) => Promise<SendOutcome>;

export interface InvocationOptions extends SchedulePlace {
  readonly clock: Clock;
  readonly chaos: ScheduleChaos | undefined;
  readonly invoke: Invoke;
  /** Takes what a target did not. */
  readonly bury: (letter: ScheduleDeadLetter) => Promise<void>;
  readonly signal: AbortSignal;
}

const throttled: SendOutcome = { ok: false, canRetry: true, code: 'ThrottlingException', message: 'Rate exceeded' };
const unanswered: SendOutcome = { ok: false, canRetry: true, code: 'InternalServerException', message: 'No answer' };

/** When the target is invoked for an occurrence: somewhere in the flexible window, always the same for the same occurrence. */
export function invocationMs({ arn, windowMinutes }: ScheduleDefinition, scheduledMs: number): number {
  const hash = createHash('sha256').update(`${arn} ${scheduledMs}`).digest();
  return scheduledMs + Math.floor((hash.readUInt32BE() / 2 ** 32) * windowMinutes * 60_000);
}

/** Invokes the target for one occurrence, again and later each time while it may yet take it. What it does not take is a dead letter. */
export async function invokeFor(
  definition: ScheduleDefinition,
  scheduledMs: number,
  options: InvocationOptions,
): Promise<void> {
  const { clock, signal, bury } = options;
  const { retryPolicy: policy } = definition.target;
  let last: { readonly context: AttemptContext; readonly input: string } | undefined;
  const givenUp = await tryUntilTaken(
    async (retries) => {
      const context = { scheduledMs, executionId: randomBytes(8).toString('hex'), attemptNumber: retries + 1 };
      last = { context, input: inputOf(definition, context, options) };
      return attempt(definition, last, options);
    },
    { policy, clock, signal },
  );
  if (givenUp !== undefined && last !== undefined) await bury({ definition, ...last, ...givenUp });
}

async function attempt(
  definition: ScheduleDefinition,
  { context, input }: { readonly context: AttemptContext; readonly input: string },
  { clock, chaos, invoke, signal }: InvocationOptions,
): Promise<SendOutcome> {
  const { name, groupName, target } = definition;
  const { scheduledMs, attemptNumber } = context;
  const described = { scheduleName: name, groupName, targetArn: target.arn, scheduledMs, retries: attemptNumber - 1 };
  const disturbance = chaos?.(described) ?? {};
  if (disturbance.lateMs !== undefined) await clock.sleep(disturbance.lateMs, signal);
  if (disturbance.refuse === true) return throttled;
  const times = disturbance.duplicate === true ? 2 : 1;
  const [outcome = throttled] = await Promise.all(Array.from({ length: times }, () => invoke(definition, input)));
  return disturbance.forget === true ? unanswered : outcome;
}
