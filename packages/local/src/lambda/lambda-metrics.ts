import type { Clock } from '../clock.ts';
import { type PublishedMetrics, Reporter, Reporters } from '../services/cloudwatch/reporter.ts';
import type { MetricStore } from '../services/cloudwatch/store.ts';

const namespace = 'AWS/Lambda';
const units = {
  Invocations: 'Count',
  Errors: 'Count',
  Throttles: 'Count',
  Duration: 'Milliseconds',
  ConcurrentExecutions: 'Count',
  IteratorAge: 'Milliseconds',
  AsyncEventsReceived: 'Count',
  AsyncEventAge: 'Milliseconds',
  AsyncEventsDropped: 'Count',
  DestinationDeliveryFailures: 'Count',
} as const;
type Name = keyof typeof units;

export const publishedByLambda: PublishedMetrics = {
  ...{ namespace, units },
  dimensions: [['FunctionName'], ['FunctionName', 'Resource'], []],
};

export interface ReportedInvocation {
  readonly functionName: string;
  /** Engine time. */
  readonly startedMs: number;
  /** Wall time, without the initialization. */
  readonly durationMs: number;
  readonly isError: boolean;
}

/**
 * What Lambda publishes of its functions: under the function's name, again with the resource, which is the function too, and of all
 * functions together.
 */
export class LambdaMetrics {
  readonly #functions: Reporters<Name>;
  readonly #perFunction: Reporters<Name>;
  readonly #account: Reporter<Name>;

  constructor(store: MetricStore, clock: Clock) {
    const made = (dimensionSets: readonly Readonly<Record<string, string>>[]) =>
      new Reporter<Name>({ store, clock, namespace, dimensionSets });
    const ofFunction = (FunctionName: string) => [{ FunctionName }, { FunctionName, Resource: FunctionName }];
    this.#functions = new Reporters((name) => made([...ofFunction(name), {}]));
    this.#perFunction = new Reporters((name) => made(ofFunction(name)));
    this.#account = made([{}]);
  }

  /** An invocation begins; it counts among those that run. */
  started(functionName: string, runningOfFunction: number, running: number): void {
    this.#perFunction.of(functionName).add('ConcurrentExecutions', runningOfFunction);
    this.#account.add('ConcurrentExecutions', running);
  }

  /** An invocation has ended. It counts for the minute in which it began. */
  invoked({ functionName, startedMs, durationMs, isError }: ReportedInvocation): void {
    const reporter = this.#functions.of(functionName);
    reporter.add('Invocations', 1, startedMs);
    reporter.add('Errors', isError ? 1 : 0, startedMs);
    reporter.add('Throttles', 0, startedMs);
    reporter.add('Duration', durationMs, startedMs);
  }

  throttled(functionName: string): void {
    this.#functions.of(functionName).add('Throttles', 1);
  }

  /** A batch of a stream is sent to the function; so old is its last record. */
  batchSent(functionName: string, ageMs: number): void {
    this.#functions.of(functionName).add('IteratorAge', Math.max(0, ageMs));
  }

  eventReceived(functionName: string): void {
    this.#functions.of(functionName).add('AsyncEventsReceived', 1);
  }

  /** The function is invoked with an event that was queued so long ago. */
  eventSent(functionName: string, ageMs: number): void {
    this.#functions.of(functionName).add('AsyncEventAge', Math.max(0, ageMs));
  }

  /** The event is given up, whether or not a destination gets it. */
  eventDropped(functionName: string): void {
    this.#functions.of(functionName).add('AsyncEventsDropped', 1);
  }

  /** A destination did not take what it was to get. */
  deliveryFailed(functionName: string): void {
    this.#functions.of(functionName).add('DestinationDeliveryFailures', 1);
  }
}
