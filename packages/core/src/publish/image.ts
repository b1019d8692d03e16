import { measuresMax } from '../limits.ts';
import type { Figures, Measured } from '../series/figures.ts';
import { figuresFromItem } from '../series/figures.ts';
import { eventCountMetric, metricMagnitudeMax } from './datum.ts';

/** The part of a DynamoDB attribute that a partial's attributes use. */
export interface AttributeValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly M?: { readonly [key: string]: AttributeValue } | undefined;
  readonly L?: readonly AttributeValue[] | undefined;
}

/** A window may hold measures of more than one configuration. So many of them fit one call whatever their names. */
const measuresReadMax = 10 * measuresMax;
/** The form in which measures are configured: CloudWatch takes it as the name of a metric. */
const measureName = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/** An `EventCount`; undefined where it is not one. */
export function readCount(value: AttributeValue | undefined): number | undefined {
  const count = readNumber(value);
  return Number.isSafeInteger(count) ? count : undefined;
}

/** The `Measures` of a window; undefined where one of them is not what Tidemark writes, or more than CloudWatch takes. */
export function readMeasured(value: AttributeValue | undefined): Measured | undefined {
  const entries = Object.entries(value?.M ?? {});
  if (entries.length === 0 || entries.length > measuresReadMax) return undefined;
  const measured: Record<string, Figures> = {};
  for (const [name, item] of entries) {
    const figures = readFigures(item);
    if (figures === undefined || !measureName.test(name) || name === eventCountMetric) return undefined;
    measured[name] = figures;
  }
  return measured;
}

function readFigures({ M: item = {} }: AttributeValue): Figures | undefined {
  const Count = readCount(item.Count);
  const rest = item.SumRest === undefined ? [] : item.SumRest.L;
  const [Sum, Minimum, Maximum, ...SumRest] = [item.Sum, item.Minimum, item.Maximum, ...(rest ?? [])].map(readNumber);
  if (Count === undefined || Count <= 0 || rest === undefined) return undefined;
  if (Sum === undefined || Minimum === undefined || Maximum === undefined || Minimum > Maximum) return undefined;
  if (![Minimum, Maximum].every(isPublishable) || ![Sum, ...SumRest].every(isPartOfSum)) return undefined;
  return figuresFromItem({ Count, Sum, SumRest, Minimum, Maximum });
}

/** What sums of measures are made of: whole multiples of 2^-385. Numbers of a stranger might be too many for an exact sum to hold. */
function isPartOfSum(value: number): boolean {
  return isPublishable(value) && Number.isInteger(value * 2 ** 385);
}

/** NaN for what is no number. */
function readNumber(value: AttributeValue | undefined): number {
  return value?.N === undefined ? Number.NaN : Number(value.N);
}

function isPublishable(value: number): boolean {
  return Math.abs(value) < metricMagnitudeMax;
}
