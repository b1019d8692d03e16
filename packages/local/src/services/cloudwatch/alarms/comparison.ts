import type { Comparison, MetricAlarm } from './alarm.ts';
import type { Slot } from './decide.ts';

/** Whether a datapoint breaches the alarm's threshold; where a band is the threshold, the bounds that the slot has. */
export function breaches({ comparison, threshold = 0 }: MetricAlarm, slot: Slot): boolean {
  const { value, lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = slot;
  if (value === undefined) return false;
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    case 'LessThanLowerOrGreaterThanUpperThreshold':
      return value < lower || value > upper;
    case 'LessThanLowerThreshold':
      return value < lower;
    case 'GreaterThanUpperThreshold':
      return value > upper;
  }
}

/** `LessThanLowerThreshold` and its like compare with a band. */
export function isOfBand(comparison: Comparison): boolean {
  return /(?:Lower|Upper)Threshold$/.test(comparison);
}

/** `LessThanOrEqualToThreshold` is `less than or equal to`. */
export function comparisonWords(comparison: Comparison): string {
  const words = comparison.replace(/Threshold$/, '').replace(/\B[A-Z]/g, (letter) => ` ${letter}`);
  return words.toLowerCase();
}
