import type { ContextObject } from '../context-object.ts';
import type { State } from '../definition.ts';
import { StateFailure } from '../failure.ts';
import { EvaluationProblem, evaluateExpression } from '../jsonata/expression.ts';
import { evaluateTemplate, expressionOf } from '../jsonata/template.ts';
import { dataBytesMax, jsonBytes } from '../limits.ts';
import type { Variables } from '../scope.ts';
import type { Lane } from './lane.ts';

/** What a template can see beside input, context and variables. */
interface Sight {
  readonly result?: unknown;
  readonly errorOutput?: unknown;
  readonly map?: ContextObject['Map'];
}

/** One stay of a lane in a state, from its entry on, retries included. */
export class Visit<S extends State = State> {
  readonly lane: Lane;
  readonly name: string;
  readonly state: S;
  readonly input: unknown;
  readonly variables: Variables;
  readonly enteredTime: string;
  readonly enteredEventId: number;
  /** What the entry followed from. */
  readonly #precedingEventId: number;
  retryCount = 0;
  /** Of the attempt that runs, where it waits for one. */
  token: string | undefined;

  constructor(
    lane: Lane,
    name: string,
    state: S,
    input: unknown,
    entry: { eventId: number; precedingEventId: number },
  ) {
    this.lane = lane;
    this.name = name;
    this.state = state;
    this.input = input;
    this.variables = lane.scope.visible();
    this.enteredTime = new Date(lane.options.clock.now()).toISOString();
    this.enteredEventId = entry.eventId;
    this.#precedingEventId = entry.precedingEventId;
  }

  context(map: ContextObject['Map'] = this.lane.map): ContextObject {
    return {
      ...this.lane.options.context,
      State: { Name: this.name, EnteredTime: this.enteredTime, RetryCount: this.retryCount },
      ...(this.token === undefined ? {} : { Task: { Token: this.token } }),
      ...(map === undefined ? {} : { Map: map }),
    };
  }

  /** Throws StateFailure, after recording it, where an expression of the template comes to nothing. */
  async evaluate(template: unknown, field: string, sight: Sight = {}): Promise<unknown> {
    const { map, ...seen } = sight;
    const states = { input: this.input, context: this.context(map), ...seen };
    const nowMs = this.lane.options.clock.now();
    const value = await evaluateTemplate(template, field, async (expression, at) => {
      try {
        return await evaluateExpression(expression, { ...this.variables, states }, nowMs);
      } catch (error) {
        if (!(error instanceof EvaluationProblem)) throw error;
        throw this.queryFailure(
          at,
          `The JSONata expression '${expression}' specified for the field '${at}' ${error.message}`,
        );
      }
    });
    this.lane.signal.throwIfAborted();
    return value;
  }

  /** A number, or an expression that comes to one, which must be whole and within the bounds. */
  async number(template: unknown, field: string, min: number, max: number): Promise<number> {
    const value = await this.evaluate(template, field);
    if (typeof value !== 'number') throw this.unexpected(template, field, 'number', value);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw this.queryFailure(field, `The ${field} field is no whole number from ${min} to ${max}: ${value}`);
  }

  async text(template: unknown, field: string): Promise<string> {
    const value = await this.evaluate(template, field);
    if (typeof value === 'string') return value;
    throw this.unexpected(template, field, 'string', value);
  }

  unexpected(template: unknown, field: string, expected: string, value: unknown): StateFailure {
    const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    const expression = expressionOf(template);
    const source =
      expression === undefined
        ? `The value of the field '${field}' has`
        : `The JSONata expression '${expression}' specified for the field '${field}' returned`;
    return this.queryFailure(
      field,
      `${source} an unexpected result type. Expected '${expected}', but was '${type}' for value: ${JSON.stringify(value)}`,
    );
  }

  /** Records that a field of the state could not be evaluated, and returns the failure to throw. */
  queryFailure(field: string, message: string): StateFailure {
    const failure = StateFailure.reserved('States.QueryEvaluationError', `${this.#preface()} ${message}`);
    const { trail } = this.lane;
    // As Step Functions records it: what fails at the entry follows from what the entry followed from, but not in a Wait.
    const atEntry = trail.lastId === this.enteredEventId && this.state.Type !== 'Wait';
    if (atEntry) trail.lastId = this.#precedingEventId;
    const details = { state: this.name, error: failure.error, cause: failure.cause, location: field };
    trail.follow('EvaluationFailed', { evaluationFailedEventDetails: details });
    return failure;
  }

  /** A failure of this state's that no event of its own shows. */
  failure(error: 'States.NoChoiceMatched' | 'States.Runtime', message: string): StateFailure {
    return StateFailure.reserved(error, `${this.#preface()} ${message}`);
  }

  /** Throws StateFailure where the value is larger than what a state may hand on. `what` names whose result it is. */
  checkSize(value: unknown, what = this.name): void {
    if (jsonBytes(value) <= dataBytesMax) return;
    throw StateFailure.reserved(
      'States.DataLimitExceeded',
      `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }

  #preface(): string {
    return `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enteredEventId}).`;
  }
}
