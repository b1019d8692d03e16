import { numberOf, numbersOf, objectOf, objectsOf, textOf, timeMsOf } from '../../wire/input.ts';
import type { Input } from '../../wire/rpc.ts';
import { invalidCombination } from './failures.ts';
import { type Datum, type Dimension, mergeStatistics, type StatisticSet, sortDimensions } from './metric.ts';

const minuteMs = 60_000;
/** Timestamps from two weeks back to two hours ahead. */
const pastMsMax = 14 * 24 * 60 * minuteMs;
const futureMsMax = 2 * 60 * minuteMs;
const valuesMax = 150;
const dimensionsMax = 30;
const nameCharactersMax = 255;
const dimensionNameCharactersMax = 255;
const dimensionValueCharactersMax = 1_024;
const magnitudeMax = 2 ** 360;

const units = new Set([
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits'],
  ...['Kilobits', 'Megabits', 'Gigabits', 'Terabits', 'Percent', 'Count', 'Bytes/Second', 'Kilobytes/Second'],
  ...['Megabytes/Second', 'Gigabytes/Second', 'Terabytes/Second', 'Bits/Second', 'Kilobits/Second', 'Megabits/Second'],
  ...['Gigabits/Second', 'Terabits/Second', 'Count/Second', 'None'],
]);

/** A datum that is in order, or every reason why it is not, in CloudWatch's words. */
export type DatumResult = { readonly datum: Datum } | { readonly reasons: readonly string[] };

/** Reads the datum that stands at `path` (`MetricData.member.1`), as CloudWatch would at `nowMs`. */
export function readDatum(namespace: string, input: Input, path: string, nowMs: number): DatumResult {
  const reasons: string[] = [];
  const metricName = textOf(input, 'MetricName') ?? '';
  if (metricName === '') reasons.push(`The parameter ${path}.MetricName is required.`);
  if (metricName.length > nameCharactersMax) {
    reasons.push(`The parameter ${path}.MetricName must be shorter than ${nameCharactersMax + 1} characters.`);
  }
  if (!isAscii(metricName)) reasons.push(`The value for parameter ${path}.MetricName contains non-ASCII characters.`);
  const dimensions = readDimensions(objectsOf(input, 'Dimensions') ?? [], path, reasons);
  const atMs = timeMsOf(input, 'Timestamp') ?? nowMs;
  reasons.push(...timeReasons(atMs, nowMs, path));
  const statistics = readStatistics(input, path, reasons);
  const unit = textOf(input, 'Unit');
  if (unit !== undefined && !units.has(unit)) {
    reasons.push(`The parameter ${path}.Unit must be a value in the set [ ${[...units].join(', ')} ].`);
  }
  const resolution = numberOf(input, 'StorageResolution') ?? 60;
  if (resolution === 1)
    reasons.push(`The local engine keeps metrics by the minute: ${path}.StorageResolution 1 is not supported.`);
  else if (resolution !== 60) reasons.push(`The parameter ${path}.StorageResolution must be 1 or 60.`);
  if (reasons.length > 0 || statistics === undefined) return { reasons };
  const metric = { namespace, metricName, dimensions: sortDimensions(dimensions) };
  return { datum: { metric, atMs: Math.floor(atMs / minuteMs) * minuteMs, ...statistics } };
}

function timeReasons(atMs: number, nowMs: number, path: string): readonly string[] {
  if (Number.isNaN(atMs)) return [`The parameter ${path}.Timestamp is not a time.`];
  if (atMs < nowMs - pastMsMax)
    return [`The parameter ${path}.Timestamp must specify a time within the past two weeks.`];
  if (atMs > nowMs + futureMsMax) {
    return [`The parameter ${path}.Timestamp must specify a time no more than two hours in the future.`];
  }
  return [];
}

function readDimensions(inputs: readonly Input[], path: string, reasons: string[]): readonly Dimension[] {
  if (inputs.length > dimensionsMax) {
    reasons.push(`The collection ${path}.Dimensions must not have a size greater than ${dimensionsMax}.`);
  }
  const dimensions = inputs.map((input, index) => {
    const at = `${path}.Dimensions.member.${index + 1}`;
    const name = textOf(input, 'Name') ?? '';
    const value = textOf(input, 'Value') ?? '';
    reasons.push(...textReasons(name, `${at}.Name`, dimensionNameCharactersMax));
    reasons.push(...textReasons(value, `${at}.Value`, dimensionValueCharactersMax));
    if (name.startsWith(':')) reasons.push(`The parameter ${at}.Name must not start with a colon.`);
    return { name, value };
  });
  if (new Set(dimensions.map(({ name }) => name)).size < dimensions.length) {
    reasons.push(`The parameter ${path}.Dimensions must not contain two dimensions of the same name.`);
  }
  return dimensions;
}

function textReasons(text: string, path: string, charactersMax: number): readonly string[] {
  const reasons: string[] = [];
  if (!isAscii(text)) reasons.push(`The value for parameter ${path} contains non-ASCII characters.`);
  // Control characters may not stand in dimensions.
  if (/\p{Cc}/u.test(text)) reasons.push(`The value for parameter ${path} contains control characters.`);
  if (text.trim() === '') reasons.push(`The parameter ${path} must contain at least one non-whitespace character.`);
  if (text.length > charactersMax)
    reasons.push(`The parameter ${path} must be shorter than ${charactersMax + 1} characters.`);
  return reasons;
}

/** One of `Value`, `Values` with `Counts`, and `StatisticValues`. */
function readStatistics(input: Input, path: string, reasons: string[]): StatisticSet | undefined {
  const value = numberOf(input, 'Value');
  const values = numbersOf(input, 'Values');
  const set = objectOf(input, 'StatisticValues');
  const given = Object.entries({ Value: value, Values: values, StatisticValues: set }).filter(
    ([, each]) => each !== undefined,
  );
  if (given.length === 0)
    reasons.push(
      `At least one of the parameters ${path}.Value, ${path}.Values and ${path}.StatisticValues is required.`,
    );
  const both = given.length > 1 ? exclusive(given.map(([name]) => name)) : undefined;
  if (both === 'unknown') {
    reasons.push(`The local engine does not support ${path}.Values beside ${path}.StatisticValues.`);
  } else if (both !== undefined) {
    const parameters = both.map((name) => `${path}.${name}`).join(' and ');
    throw invalidCombination(`The parameters ${parameters} are mutually exclusive and you have specified both.`);
  }
  if (given.length !== 1) return undefined;
  if (value !== undefined) return single(value, 1, `${path}.Value`, reasons);
  if (values !== undefined) return weighted(values, numbersOf(input, 'Counts'), path, reasons);
  return readSet(set ?? {}, `${path}.StatisticValues`, reasons);
}

/** The two of `names` that CloudWatch names first. It takes values beside a statistic set, and does not say what they come to. */
function exclusive(names: readonly string[]): readonly string[] | 'unknown' {
  return names.includes('Value') ? names.slice(0, 2) : 'unknown';
}

function single(value: number, count: number, path: string, reasons: string[]): StatisticSet {
  if (!(Math.abs(value) <= magnitudeMax)) reasons.push(`The value ${value} for parameter ${path} is invalid.`);
  return { sampleCount: count, sum: value * count, minimum: value, maximum: value };
}

function weighted(
  values: readonly number[],
  counts: readonly number[] | undefined,
  path: string,
  reasons: string[],
): StatisticSet | undefined {
  if (values.length > valuesMax)
    reasons.push(`The collection ${path}.Values must not have a size greater than ${valuesMax}.`);
  if (values.length === 0) reasons.push(`The collection ${path}.Values must not be empty.`);
  if (counts !== undefined && counts.length !== values.length) {
    reasons.push(`The parameters ${path}.Values and ${path}.Counts must be of the same size.`);
  }
  if (counts?.some((count) => !(count >= 0)))
    reasons.push(`The values of the parameter ${path}.Counts must not be negative.`);
  const [first, ...others] = values.map((value, index) =>
    single(value, counts?.[index] ?? 1, `${path}.Values.member.${index + 1}`, reasons),
  );
  return others.reduce((merged, each) => (merged === undefined ? each : mergeStatistics(merged, each)), first);
}

function readSet(set: Input, path: string, reasons: string[]): StatisticSet | undefined {
  const read = (name: string): number => {
    const value = numberOf(set, name);
    if (value === undefined) reasons.push(`The parameter ${path}.${name} is required.`);
    else if (!(Math.abs(value) <= magnitudeMax))
      reasons.push(`The value ${value} for parameter ${path}.${name} is invalid.`);
    return value ?? Number.NaN;
  };
  const statistics = {
    sampleCount: read('SampleCount'),
    sum: read('Sum'),
    minimum: read('Minimum'),
    maximum: read('Maximum'),
  };
  if (statistics.maximum < statistics.minimum) {
    reasons.push(`The parameter ${path}.Maximum must be greater than ${path}.Minimum.`);
  }
  if (statistics.sampleCount <= 0) {
    reasons.push(`The value ${statistics.sampleCount} for parameter ${path}.SampleCount is invalid.`);
  }
  return statistics;
}

function isAscii(text: string): boolean {
  return !/\P{ASCII}/u.test(text);
}
