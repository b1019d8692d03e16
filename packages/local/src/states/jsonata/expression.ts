import jsonata from 'jsonata';
import { registerFunctions } from './functions.ts';
import { NotPlain, toPlain } from './plain.ts';

/** Wall time: an endless loop must end, however slowly the engine's clock goes. */
const evaluationMsMax = 5_000;
/** Calls within calls, of functions that are not tail-recursive. */
const depthMax = 10_000;

/** Why an expression came to nothing, in the words of Step Functions, which follow the expression and its field. */
export class EvaluationProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EvaluationProblem';
  }
}

const entry = Symbol.for('jsonata.__evaluate_entry');
const exit = Symbol.for('jsonata.__evaluate_exit');

/**
 * Evaluates an expression, without its braces, to plain JSON. There is no document: all that it sees are the variables. Throws
 * EvaluationProblem.
 */
export async function evaluateExpression(
  text: string,
  variables: Readonly<Record<string, unknown>>,
  nowMs: number,
): Promise<unknown> {
  const result = await evaluated(text, variables, nowMs);
  if (result === undefined) throw new EvaluationProblem('returned nothing (undefined).');
  try {
    return toPlain(result);
  } catch (error) {
    if (error instanceof NotPlain) throw new EvaluationProblem('returned an unsupported result type.');
    throw error;
  }
}

async function evaluated(text: string, variables: Readonly<Record<string, unknown>>, nowMs: number): Promise<unknown> {
  try {
    const expression = jsonata(text);
    registerFunctions(expression, nowMs);
    guard(expression, nowMs);
    const names = Object.entries(variables).map(([name, value]) => [name, copyOf(value)] as const);
    return await expression.evaluate(undefined, Object.fromEntries(names));
  } catch (error) {
    throw new EvaluationProblem(`threw an error during evaluation. ${describe(error)}`);
  }
}

/**
 * The language marks lists while it works: the copy keeps the marks out of the variables. Its objects inherit nothing, so that a field that is not
 * there is nothing, also where JavaScript's own objects have something of the name, such as `constructor`.
 */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [name, each] of Object.entries(value)) copy[name] = copyOf(each);
  return copy;
}

/** Ends what takes too long or goes too deep, and dates what completes a date from the time it is. */
function guard(expression: jsonata.Expression, nowMs: number): void {
  const endMs = performance.now() + evaluationMsMax;
  const timestamp = new Date(nowMs);
  let depth = 0;
  // The types know names alone; the hooks are symbols.
  const assign = expression.assign as unknown as (name: symbol, value: unknown) => void;
  assign(entry, (_node: unknown, _input: unknown, environment: { timestamp: Date }) => {
    environment.timestamp = timestamp;
    depth++;
    if (depth > depthMax) throw new RangeError(`more than ${depthMax} calls within calls`);
    if (performance.now() > endMs) throw new RangeError(`more than ${evaluationMsMax} ms`);
  });
  assign(exit, () => {
    depth--;
  });
}

function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return code === undefined ? String(message) : `${code}: ${message}`;
}
