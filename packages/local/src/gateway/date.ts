import type { Clock } from '../clock.ts';
import { cut, type Interceptor } from './intercept.ts';

/**
 * Dates the answers to functions by the engine's clock, which is also theirs. An AWS client that finds its clock minutes
 * off from the answer's date takes the answer's refusal for a consequence of that, and repeats a call that was refused
 * for good until its attempts are used up. Everyone else has the wall's time, which answers have by themselves.
 */
export function dateAnswers(clock: Pick<Clock, 'now'>): Interceptor {
  return async (call, proceed) => {
    const answer = await proceed();
    if (answer === cut || call.caller.functionName === undefined) return answer;
    return { ...answer, headers: { ...answer.headers, date: new Date(clock.now()).toUTCString() } };
  };
}
