import { Errors, JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';

interface Retryable {
  addRetry(props: RetryProps): unknown;
}

/**
 * Before the switch a fault of a service may last some ten minutes; then the run is taken back, and nothing is lost by it. `caught` are errors that
 * are answers, and lead elsewhere.
 */
export function retrySome<State extends Retryable>(state: State, caught: readonly string[] = []): State {
  return retry(state, caught, { maxAttempts: 10, maxDelay: Duration.minutes(2) });
}

/** After the switch there is only forward, and cleaning up must be done: a fault may last a day. */
export function retryLong<State extends Retryable>(state: State, caught: readonly string[] = []): State {
  return retry(state, caught, { maxAttempts: 150, maxDelay: Duration.minutes(10) });
}

function retry<State extends Retryable>(state: State, caught: readonly string[], bounds: RetryProps): State {
  // The first retrier that names the error is taken.
  if (caught.length > 0) state.addRetry({ errors: [...caught], maxAttempts: 0 });
  state.addRetry({
    errors: [Errors.ALL],
    interval: Duration.seconds(2),
    backoffRate: 2,
    jitterStrategy: JitterType.FULL,
    ...bounds,
  });
  return state;
}
