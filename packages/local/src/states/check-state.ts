import { type MapState, waitsForToken } from './definition.ts';
import { expressionMistakes } from './jsonata/check.ts';
import { expressionOf, expressionsOf } from './jsonata/template.ts';
import { secondsMax } from './limits.ts';
import { type Fields, isObject, listOf, modeOf, type Place } from './place.ts';
import { timestampPattern } from './run/simple-states.ts';

const variablePattern = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;
/** Fields that hold states, whose expressions are checked with them, or no expressions at all. */
const withoutExpressions: ReadonlySet<string> = new Set([
  'Comment',
  'Branches',
  'ItemProcessor',
  'Resource',
  'Next',
  'Default',
]);

/** Checks the values of one state's fields, whose names are known to be right. */
export function checkState(state: Fields, place: Place): void {
  checkExpressions(state, place);
  for (const [field, holder] of holders(state)) checkAssign(holder, `${place.path}${field}Assign`, place);
  checkRetry(state, place);
  if (state.Type === 'Task') checkTask(state, place);
  if (state.Type === 'Wait') checkWait(state, place);
  if (state.Type === 'Map') checkMap(state, place);
}

function checkExpressions(state: Fields, { path, mistakes }: Place): void {
  for (const [name, value] of Object.entries(state)) {
    if (withoutExpressions.has(name)) continue;
    for (const each of expressionsOf(value, `${path}${name}`)) {
      mistakes.push(
        ...expressionMistakes(each.expression).map((reason) => `${each.path}: "${each.expression}" ${reason}`),
      );
    }
    for (const each of unclosed(value, `${path}${name}`)) {
      mistakes.push(`${each}: begins with {% or ends with %} and is no expression`);
    }
  }
}

/** Texts that have one brace of an expression and not the other, or blanks around both, which Step Functions takes for plain text. */
function unclosed(value: unknown, path: string): readonly string[] {
  if (typeof value === 'string') {
    const text = value.trim();
    const braced = text.startsWith('{%') || text.endsWith('%}');
    return braced && expressionOf(value) === undefined ? [path] : [];
  }
  if (Array.isArray(value)) return value.flatMap((each, index) => unclosed(each, `${path}[${index}]`));
  return isObject(value) ? Object.entries(value).flatMap(([name, each]) => unclosed(each, `${path}.${name}`)) : [];
}

/** The state and whatever in it can assign. */
function holders(state: Fields): readonly (readonly [string, unknown])[] {
  return [
    ['', state],
    ...listOf(state.Catch).map((each, index) => [`Catch[${index}].`, each] as const),
    ...listOf(state.Choices).map((each, index) => [`Choices[${index}].`, each] as const),
  ];
}

function checkAssign(holder: unknown, path: string, { outerVariables, mistakes }: Place): void {
  if (!isObject(holder) || holder.Assign === undefined) return;
  if (!isObject(holder.Assign)) {
    mistakes.push(`${path}: an object was expected`);
    return;
  }
  for (const name of Object.keys(holder.Assign)) {
    if (!variablePattern.test(name)) mistakes.push(`${path}.${name} is no name for a variable`);
    if (name === 'states') mistakes.push(`${path}.states is a reserved name`);
    if (outerVariables.has(name))
      mistakes.push(`${path}.${name} is assigned by the states around, and can only be read here`);
  }
}

function checkRetry(state: Fields, { path, mistakes }: Place): void {
  listOf(state.Retry).forEach((each, index) => {
    const retrier = `${path}Retry[${index}].`;
    if (!isObject(each)) return;
    const {
      IntervalSeconds: interval = 1,
      MaxAttempts: attempts = 3,
      BackoffRate: rate = 2,
      MaxDelaySeconds: max,
    } = each;
    if (!isWhole(interval, 1, secondsMax))
      mistakes.push(`${retrier}IntervalSeconds: ${JSON.stringify(interval)} is no whole number above 0`);
    if (!isWhole(attempts, 0, secondsMax))
      mistakes.push(`${retrier}MaxAttempts: ${JSON.stringify(attempts)} is no whole number`);
    if (!(typeof rate === 'number' && rate >= 1))
      mistakes.push(`${retrier}BackoffRate: ${JSON.stringify(rate)} is no number from 1`);
    if (max !== undefined && !(isWhole(max, 1, 31_622_399) && Number(max) > Number(interval))) {
      mistakes.push(
        `${retrier}MaxDelaySeconds: ${JSON.stringify(max)} is no whole number above IntervalSeconds and below 31622400`,
      );
    }
  });
  checkErrorEquals(state.Retry, `${path}Retry`, mistakes);
  checkErrorEquals(state.Catch, `${path}Catch`, mistakes);
}

/** `States.ALL` stands alone, and last. */
function checkErrorEquals(list: unknown, path: string, mistakes: string[]): void {
  const entries = listOf(list);
  entries.forEach((each, index) => {
    const names = isObject(each) ? listOf(each.ErrorEquals) : [];
    if (names.length === 0 || !names.every((name) => typeof name === 'string')) {
      mistakes.push(`${path}[${index}].ErrorEquals: a list of names was expected`);
    }
    if (names.includes('States.ALL') && (names.length > 1 || index < entries.length - 1)) {
      mistakes.push(`${path}[${index}].ErrorEquals: States.ALL must stand alone, in the last entry`);
    }
  });
}

function checkTask(state: Fields, place: Place): void {
  const { path, mistakes, runners } = place;
  const { Resource: resource, TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (typeof resource !== 'string') {
    mistakes.push(`${path}Resource: the name of a resource was expected`);
    return;
  }
  const refusal = runners.tasks.refusal(resource, state.Arguments);
  if (refusal !== undefined) mistakes.push(`${path}Resource: ${resource} ${refusal}`);
  checkNumber(timeout, `${path}TimeoutSeconds`, 1, mistakes);
  checkNumber(heartbeat, `${path}HeartbeatSeconds`, 1, mistakes);
  if (heartbeat !== undefined && !waitsForToken(resource)) {
    mistakes.push(`${path}HeartbeatSeconds is not supported without .waitForTaskToken, as nothing sends heartbeats`);
  }
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    mistakes.push(`${path}HeartbeatSeconds: ${heartbeat} is not below TimeoutSeconds`);
  }
}

function checkWait({ Seconds: seconds, Timestamp: timestamp }: Fields, { path, mistakes }: Place): void {
  if ((seconds === undefined) === (timestamp === undefined)) {
    mistakes.push(`${path.slice(0, -1)}: a Wait state has either Seconds or Timestamp`);
  }
  checkNumber(seconds, `${path}Seconds`, 0, mistakes);
  if (timestamp === undefined || expressionOf(timestamp) !== undefined) return;
  if (typeof timestamp !== 'string' || !timestampPattern.test(timestamp) || Number.isNaN(Date.parse(timestamp))) {
    mistakes.push(`${path}Timestamp: ${JSON.stringify(timestamp)} is no timestamp such as 2026-11-19T00:00:00Z`);
  }
}

const distributedAlone = [
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Label',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
];

function checkMap(state: Fields, { path, mistakes, runners }: Place): void {
  checkNumber(state.MaxConcurrency, `${path}MaxConcurrency`, 0, mistakes);
  if (modeOf(state) === 'DISTRIBUTED') {
    mistakes.push(...runners.maps.refusals(state as unknown as MapState).map((reason) => `${path}${reason}`));
    return;
  }
  for (const name of distributedAlone.filter((each) => state[each] !== undefined)) {
    mistakes.push(`${path}${name} belongs to distributed maps`);
  }
  const items = state.Items;
  if (items !== undefined && !Array.isArray(items) && expressionOf(items) === undefined) {
    mistakes.push(`${path}Items: a list, or an expression that comes to one, was expected`);
  }
}

function checkNumber(value: unknown, path: string, min: number, mistakes: string[]): void {
  if (value === undefined || expressionOf(value) !== undefined || isWhole(value, min, secondsMax)) return;
  mistakes.push(
    `${path}: ${JSON.stringify(value)} is neither a whole number from ${min} to ${secondsMax} nor an expression`,
  );
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
