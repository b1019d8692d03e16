import * as v from 'valibot';
import type { Measure } from '../config.ts';
import { measuresMax } from '../limits.ts';
import { field } from './field.ts';
import { byName, mistakeAt, notA, show } from './settings.ts';

const expected = "measures by their names, such as { distance: 'Distance' }";
const nameExpected = 'a letter, then letters and digits, 64 characters at most: rows and metrics are named after it';

const name = v.custom<string>(
  (input) => typeof input === 'string' && nameProblem(input) === undefined,
  (issue) => nameProblem(String(issue.input)) ?? '',
);

/** Measures in the order in which they are written: `{ distance: 'Distance', health: 'HealthPoints' }`. */
export const measures: v.GenericSchema<unknown, readonly Measure[]> = v.pipe(
  byName(expected, name, field),
  v.transform((paths) => [...paths].map(([name, path]) => ({ name, path }))),
  v.check(
    ({ length }) => length > 0 && length <= measuresMax,
    ({ input }) => `holds ${input.length} measures; expected from 1 to ${measuresMax}`,
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    input.forEach(({ name }, index) => {
      const twin = twinOf(name, input.slice(0, index));
      if (twin !== undefined) addIssue(mistakeAt([name], likeAnother(twin)));
    });
  }),
);

/** The one among `others` whose name differs from `name` in case alone: tables and tools that fold case would mix the two up. */
export function twinOf(name: string, others: readonly Measure[]): string | undefined {
  return others.find((other) => other.name !== name && other.name.toLowerCase() === name.toLowerCase())?.name;
}

export function likeAnother(twin: string): string {
  return `differs from ${show(twin)} in case alone; expected another name`;
}

/** Why a measure cannot have this name; undefined where it can. */
function nameProblem(name: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name)) return notA(name, 'a name of a measure', nameExpected);
  if (name.toLowerCase() === 'eventcount')
    return `${show(name)} is the metric that counts events; expected another name`;
  if (name in Object.prototype) return `${show(name)} is what every object of JavaScript has; expected another name`;
  return undefined;
}
