import { numberOf, textOf } from '../../../wire/input.ts';
import type { Input } from '../../../wire/rpc.ts';
import { assertMembers } from '../assert-members.ts';
import { invalidParameter, missingParameter, validationError } from '../failures.ts';
import {
  type Comparison,
  comparisons,
  type MetricAlarm,
  type MissingDataTreatment,
  missingDataTreatments,
} from './alarm.ts';
import { type AlarmPlace, commonMembers, readCommon } from './alarm-input.ts';
import { isOfBand } from './comparison.ts';
import { readWatched } from './read-watched.ts';

const members = [
  ...commonMembers,
  ...['MetricName', 'Namespace', 'Dimensions', 'Statistic', 'Period', 'Metrics', 'ThresholdMetricId'],
  ...['EvaluationPeriods', 'DatapointsToAlarm', 'Threshold', 'ComparisonOperator', 'TreatMissingData'],
];
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The input of `PutMetricAlarm`, which a template's properties are too. Throws for everything that cannot be watched. */
export function readMetricAlarm(input: Input, place: AlarmPlace, nowMs: number): MetricAlarm {
  assertMembers(input, 'PutMetricAlarm', members);
  const common = readCommon(input, place, nowMs);
  const comparison = readComparison(input);
  const evaluationPeriods = readCount(input, 'EvaluationPeriods');
  if (evaluationPeriods === undefined) throw missingParameter('The parameter EvaluationPeriods is required.');
  const datapointsToAlarm = readCount(input, 'DatapointsToAlarm');
  if (datapointsToAlarm !== undefined && datapointsToAlarm > evaluationPeriods) {
    throw validationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods');
  }
  const { watched, periodMs } = readWatched(input);
  const rangeMs = evaluationPeriods * periodMs;
  if (rangeMs > 7 * dayMs || (rangeMs > dayMs && periodMs < hourMs)) {
    throw validationError(
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400), or seven days where the period is an hour or longer',
    );
  }
  return {
    ...{ kind: 'metric', ...common, watched, periodMs, evaluationPeriods, datapointsToAlarm, comparison },
    threshold: readThreshold(input, comparison),
    treatMissingData: readTreatment(input),
  };
}

function readComparison(input: Input): Comparison {
  const given = textOf(input, 'ComparisonOperator');
  if (given === undefined) throw missingParameter('The parameter ComparisonOperator is required.');
  const comparison = comparisons.find((each) => each === given);
  if (comparison === undefined) {
    throw invalidParameter(
      `The value ${given} for parameter ComparisonOperator is not in [${comparisons.join(', ')}].`,
    );
  }
  const hasBand = input.ThresholdMetricId !== undefined;
  if (hasBand && !isOfBand(comparison)) throw validationError(`${given} does not compare with ThresholdMetricId`);
  if (!hasBand && isOfBand(comparison))
    throw validationError(`${given} compares with ThresholdMetricId, which is missing`);
  return comparison;
}

function readThreshold(input: Input, comparison: Comparison): number | undefined {
  const threshold = numberOf(input, 'Threshold');
  if (isOfBand(comparison)) {
    if (threshold === undefined) return undefined;
    throw validationError('Threshold and ThresholdMetricId exclude each other');
  }
  if (threshold === undefined || !Number.isFinite(threshold)) {
    throw missingParameter('The parameter Threshold is required.');
  }
  return threshold;
}

function readTreatment(input: Input): MissingDataTreatment | undefined {
  const given = textOf(input, 'TreatMissingData');
  const treatment = missingDataTreatments.find((each) => each === given);
  if (given === undefined || treatment !== undefined) return treatment;
  throw validationError(`TreatMissingData: ${given} is not in [${missingDataTreatments.join(', ')}]`);
}

function readCount(input: Input, member: string): number | undefined {
  const count = numberOf(input, member);
  if (count === undefined || (Number.isInteger(count) && count >= 1)) return count;
  throw validationError(`${member}: ${count} is not a whole number from 1 on`);
}
