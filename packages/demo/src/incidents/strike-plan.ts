import type { StepPosition } from './step-calls.ts';

/** What nobody waits for is tried three times: after so many strikes in one course an event would be lost, and that a sweep was given up is no trouble. */
const strikesMax: Readonly<Record<string, number>> = { intake: 2, sweep: 3 };

/** What a step is called without its place in the course: `intake`, `send`. */
function kindOf(position: StepPosition): string {
  return position.split(/[ :]/)[0] ?? '';
}

function stepOf(position: StepPosition): string {
  return position.split(': ')[0] ?? '';
}

export function isOfMachine(position: StepPosition): boolean {
  return position.startsWith('machine: ');
}

/**
 * The calls at which to strike in each of several courses: in the first at all, since whoever is called again after a strike makes them again, but
 * for those that are not called again so often.
 */
export function coursesOf(positions: readonly StepPosition[]): readonly (readonly StepPosition[])[] {
  const courses: StepPosition[][] = [];
  const counted = new Map<string, number>();
  for (const position of positions) {
    const step = stepOf(position);
    const before = counted.get(step) ?? 0;
    counted.set(step, before + 1);
    const at = Math.floor(before / (strikesMax[kindOf(position)] ?? Number.POSITIVE_INFINITY));
    courses[at] = [...(courses[at] ?? []), position];
  }
  return courses;
}

/** Whoever dies after a call that only reads might as well have died before his next one. */
export function isEffect(position: StepPosition): boolean {
  return /: (dynamodb (TransactWriteItems|UpdateItem|DeleteItem)|states (Start|Send)|sns )/.test(position);
}

/** The first call of each step. */
export function firsts(calls: readonly StepPosition[]): readonly StepPosition[] {
  return calls.filter((position, at) => calls.findIndex((each) => stepOf(each) === stepOf(position)) === at);
}
