import { isDeepStrictEqual } from 'node:util';
import type { Item } from './found.ts';
import type { Expected, ExpectedLedger, SentRecord } from './sent.ts';

/** Sentences, one for each difference; none: all is exact. */
export type Differences = readonly string[];

/** Every partial, with its count and its fence, and no other. */
export function seriesDifferences(expected: Expected, found: readonly Item[]): Differences {
  const items = new Map(found.map((item) => [`${item.EventName} ${item.Bucket}`, item]));
  return compare('partial', expected.partials, items, ({ count, lastSequence }, { EventName, Bucket, ...rest }) =>
    isDeepStrictEqual(rest, { EventCount: count, LastSequence: lastSequence, WrittenBy: 'live' })
      ? undefined
      : `${JSON.stringify(rest)} in place of ${count} events up to ${lastSequence}`,
  );
}

const ledgerColumns: readonly (keyof ExpectedLedger)[] = [
  ...(['Received', 'Counted', 'Quarantined', 'Malformed', 'TooOld', 'TooNew', 'OverCap'] as const),
];

/** The ledger, the checkpoints, the catalogue, and nothing that does not belong there. */
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
  const checkpoints = compare('checkpoint', expected.checkpoints, items('CHECKPOINT#count#'), (fence, item) =>
    item.LastSequence === fence ? undefined : `${item.LastSequence} in place of ${fence}`,
  );
  const known = /^(CATALOGUE|FLOORS|LEDGER#count#.*|CHECKPOINT#count#.*|CHECKPOINT#publish#.*|PUBLISHED#.*)$/;
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
  const arrivedMs = Date.parse(String(arrival));
  if (!(arrivedMs >= arrivalMs.from && arrivedMs <= arrivalMs.to)) return `arrival ${arrival}`;
  const column = reason === 'too-old' ? 'TooOld' : reason === 'too-new' ? 'TooNew' : 'Malformed';
  const isRight = fate.kind === 'quarantined' && fate.column === column && typeof detail === 'string';
  return isRight ? undefined : `reason ${reason}: ${detail}`;
}

/** CloudWatch's figures: at least the table's, and over by no more than what `allowedOver` says. */
export function figureDifferences(
  expected: Expected,
  found: ReadonlyMap<string, number>,
  allowedOver: ReadonlyMap<string, number>,
): Differences {
  const counts = new Map<string, number>();
  for (const [key, { count }] of expected.partials) {
    const [, name, minute] = /^(.*) 1m#0000#([^#]+)#/.exec(key) ?? [];
    if (minute !== undefined) counts.set(`${name} ${minute}`, (counts.get(`${name} ${minute}`) ?? 0) + count);
  }
  return compare('figure', counts, found, (count, figure, key) => {
    const over = allowedOver.get(key) ?? 0;
    return figure >= count && figure <= count + over
      ? undefined
      : `${figure} in place of ${count}, at most ${over} over`;
  });
}

function compare<Wanted, Present>(
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
