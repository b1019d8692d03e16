import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from '../definition.ts';
import { StateFailure } from '../failure.ts';
import { secondsMax } from '../limits.ts';
import { type Departure, leave } from './departure.ts';
import type { Visit } from './visit.ts';

export function runPass(visit: Visit<PassState>): Promise<Departure> {
  return leave(visit, { fields: visit.state, otherwise: visit.input, next: visit.state.Next });
}

export function runSucceed(visit: Visit<SucceedState>): Promise<Departure> {
  return leave(visit, { fields: visit.state, otherwise: visit.input, next: undefined });
}

export async function runFail(visit: Visit<FailState>): Promise<never> {
  const { Error: error, Cause: cause } = visit.state;
  throw new StateFailure(
    error === undefined ? undefined : await visit.text(error, 'Error'),
    cause === undefined ? undefined : await visit.text(cause, 'Cause'),
  );
}

/** The first rule whose condition holds has its own `Output` and `Assign`; those of the state belong to its `Default`. */
export async function runChoice(visit: Visit<ChoiceState>): Promise<Departure> {
  for (const [index, rule] of visit.state.Choices.entries()) {
    const field = `Choices[${index}]/`;
    const holds = await visit.evaluate(rule.Condition, `${field}Condition`);
    if (typeof holds !== 'boolean') throw visit.unexpected(rule.Condition, `${field}Condition`, 'boolean', holds);
    if (holds) return leave(visit, { fields: rule, field, otherwise: visit.input, next: rule.Next });
  }
  if (visit.state.Default === undefined) {
    const message = 'Failed to transition out of the state. The state does not point to a next state.';
    throw visit.failure('States.NoChoiceMatched', message);
  }
  return leave(visit, { fields: visit.state, otherwise: visit.input, next: visit.state.Default });
}

/** As the service reads timestamps: a date, `T`, a time with seconds, and `Z` or an offset. */
export const timestampPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export async function runWait(visit: Visit<WaitState>): Promise<Departure> {
  const { clock } = visit.lane.options;
  await clock.sleep(await waitMs(visit), visit.lane.signal);
  return leave(visit, { fields: visit.state, otherwise: visit.input, next: visit.state.Next });
}

async function waitMs(visit: Visit<WaitState>): Promise<number> {
  const { Seconds: seconds, Timestamp: timestamp } = visit.state;
  if (timestamp === undefined) return 1000 * (await visit.number(seconds, 'Seconds', 0, secondsMax));
  const text = await visit.text(timestamp, 'Timestamp');
  const dueMs = timestampPattern.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(dueMs)) {
    const reason = 'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string';
    throw visit.queryFailure('Timestamp', `${reason}: ${text}`);
  }
  const ms = dueMs - visit.lane.options.clock.now();
  if (ms > secondsMax * 1000) throw visit.failure('States.Runtime', 'Wait state delay is too long.');
  return ms;
}
