/** Lists of the query protocol end at this index; a hostile form cannot ask for more. */
const itemsMax = 10_000;

/**
 * A form of the query protocol as the object that it stands for: `A.member.1.B=x` is `{A: [{B: 'x'}]}`. All values are
 * text. Throws a RangeError for a list that is too long.
 */
export function parseQuery(form: string): Record<string, unknown> {
  // Without a prototype, no name in a form can reach one.
  const root: Record<string, unknown> = Object.create(null);
  for (const [name, value] of new URLSearchParams(form)) {
    const path = name.split('.').filter((part) => part !== 'member');
    const last = path.pop();
    if (last === undefined || path.length > 10) continue;
    const holder = path.reduce<Record<string, unknown>>((from, part) => {
      const there = from[part];
      if (typeof there === 'object' && there !== null) return there as Record<string, unknown>;
      const made: Record<string, unknown> = Object.create(null);
      from[part] = made;
      return made;
    }, root);
    holder[last] = value;
  }
  return listed(root) as Record<string, unknown>;
}

/** Objects whose every key is a number are lists. */
function listed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, listed(each)] as const);
  if (entries.length === 0 || !entries.every(([key]) => /^\d+$/.test(key))) return Object.fromEntries(entries);
  if (entries.length > itemsMax) throw new RangeError(`A list of more than ${itemsMax} items`);
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, each]) => each);
}
