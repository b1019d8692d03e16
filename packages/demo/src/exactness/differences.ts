import { isDeepStrictEqual } from 'node:util';
import type { Expected, ExpectedLedger, ExpectedPartial } from './expected.ts';
import type { Item } from './found.ts';
import type { SentRecord } from './sent.ts';

/** Sentences, one for each difference; none: all is exact. */
export type Differences = readonly string[];

/** Every partial, with its count and its fence, and no other. */
export function seriesDifferences({ partials }: Pick<Expected, 'partials'>, found: readonly Item[]): Differences {
  const items = new Map(found.map((item) => [partialKey(item), item]));
  return compare('partial', partials, items, (partial, { EventName, Bucket, ...rest }) => {
    const wanted = itemOf(partial);
    if (isDeepStrictEqual(rest, wanted)) return undefined;
    return `${JSON.stringify(rest)} in place of ${JSON.stringify(wanted)}`;
  });
}

/** As the expected partials are keyed. */
export function partialKey({ EventName, Bucket }: Item): string {
  return `${EventName} ${Bucket}`;
}

function itemOf({ count, lastSequence, figures }: ExpectedPartial): Item {
  const item = { EventCount: count, LastSequence: lastSequence, WrittenBy: 'live' };
  if (figures === undefined) return item;
  return { ...item, Measures: Object.fromEntries(Array.from(figures, ([name, measure]) => [name, measure.item()])) };
}

const ledgerColumns: readonly (keyof ExpectedLedger)[] = [
  ...(['Received', 'Counted', 'Quarantined', 'Malformed', 'TooOld', 'TooNew', 'OverCap'] as const),
];

/** The ledger, the checkpoints, the catalogue, states of alarms, and nothing that does not belong there: no incident, for one. */
export function controlDifferences(
  expected: Expected,
  found: readonly Item[],
  names: ReadonlySet<string>,
): Differences {
  const items = (prefix: string) =>
    new Map(found.filter(({ Item }) => String(Item).startsWith(prefix)).map((item) => [String(item.Item), item]));
  const ledger = compare('ledger', expected.ledgers, items('LEDGER#'), (counts, item) => {
    const isBalanced = item.Received === Number(item.Counted) + Number(item.Quarantined);
    const isEqual = ledgerColumns.every((column) => item[column] === counts[column]);
    return isBalanced && isEqual ? undefined : `${JSON.stringify(item)} in place of ${JSON.stringify(counts)}`;
  });
  const reached = new Map([...items('CHECKPOINT#count#'), ...items('CHECKPOINT#window#')]);
  const checkpoints = compare('checkpoint', expected.checkpoints, reached, ({ lastSequence, arrivalMs }, item) =>
    item.LastSequence === lastSequence && item.ArrivalMs === arrivalMs
      ? undefined
      : `${item.LastSequence}, arrived at ${item.ArrivalMs}, in place of ${lastSequence}, arrived at ${arrivalMs}`,
  );
  const known =
    /^(CATALOGUE|FLOORS|LEDGER#(count|window)#.*|CHECKPOINT#(count|window|archive|publish)#.*|PUBLISHED#.*|ALARM#.*|HEALTH)$/;
  const strays = found.filter(({ Item }) => !known.test(String(Item))).map(({ Item }) => `stray control item ${Item}`);
  const publishing = items('CHECKPOINT#publish#').size > 1 ? ['two checkpoints of publishing'] : [];
  return [...ledger, ...checkpoints, ...strays, ...publishing, ...catalogueDifferences(found, names)];
}

/** Every admitted name was sent, and stands there once. */
function catalogueDifferences(found: readonly Item[], names: ReadonlySet<string>): Differences {
  const admitted = catalogueNames(found);
  const strangers = admitted
    .filter((name) => !names.has(name))
    .map((name) => `${name} is a series, yet was never sent`);
  const repeated = admitted.filter((name, slot) => admitted.indexOf(name) !== slot);
  return [...strangers, ...repeated.map((name) => `${name} has two slots`)];
}

export function catalogueNames(control: readonly Item[]): readonly string[] {
  return (control.find(({ Item }) => Item === 'CATALOGUE')?.Names ?? []) as readonly string[];
}

/** The objects of the quarantine: exactly the records that belong there, whole, under keys that follow from them. */
export function objectDifferences(source: string, expected: Expected, found: ReadonlyMap<string, Item>): Differences {
  return compare('object', expected.quarantine, found, (record, body) => bodyDifference(source, record, body));
}

function bodyDifference(source: string, record: SentRecord, body: Item): string | undefined {
  const { reason, detail, arrival, ...rest } = body;
  const { shardId, sequenceNumber, partitionKey, data, fate, arrivalMs } = record;
  const whole = { index: 0, source, shardId, sequenceNumber, partitionKey, data: data.toString('base64') };
  if (!isDeepStrictEqual(rest, whole)) return `${JSON.stringify(rest)} in place of ${JSON.stringify(whole)}`;
  if (Date.parse(String(arrival)) !== arrivalMs) return `arrival ${arrival} in place of ${arrivalMs}`;
  const column = reason === 'too-old' ? 'TooOld' : reason === 'too-new' ? 'TooNew' : 'Malformed';
  const isRight = fate.kind === 'quarantined' && fate.column === column && typeof detail === 'string';
  return isRight ? undefined : `reason ${reason}: ${detail}`;
}

/** Of two maps, key by key. */
export function compare<Wanted, Present>(
  what: string,
  expected: ReadonlyMap<string, Wanted>,
  found: ReadonlyMap<string, Present>,
  differ: (wanted: Wanted, present: Present, key: string) => string | undefined,
): Differences {
  const differences: string[] = [];
  for (const [key, wanted] of expected) {
    const present = found.get(key);
    const difference = present === undefined ? 'missing' : differ(wanted, present, key);
    if (difference !== undefined) differences.push(`${what} ${key}: ${difference}`);
  }
  for (const key of found.keys())
    if (!expected.has(key)) differences.push(`${what} ${key}: nothing sent belongs there`);
  return differences;
}
