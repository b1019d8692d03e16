import type { AnomalyDetectors } from '../services/cloudwatch/alarms/anomaly-detectors.ts';
import type { Excluded } from '../services/cloudwatch/alarms/watch.ts';
import { readMetric } from '../services/cloudwatch/metric-input.ts';
import { readStatistic } from '../services/cloudwatch/statistic.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { listOf, type Members, object, only, used } from '../template/shape.ts';
import { ServiceFailure } from '../wire/failure.ts';
import { objectOf, objectsOf, textOf } from '../wire/input.ts';
import type { Input } from '../wire/rpc.ts';

const metric: Members = {
  Namespace: used,
  MetricName: used,
  Dimensions: listOf(object({ Name: used, Value: used })),
  Stat: used,
};

/** `AWS::CloudWatch::AnomalyDetector` of one metric: says from which spans a band around it does not learn. */
export function anomalyDetectorType(detectors: AnomalyDetectors): ResourceType {
  return {
    members: {
      ...metric,
      SingleMetricAnomalyDetector: object(metric),
      Configuration: object({
        ExcludedTimeRanges: listOf(object({ StartTime: used, EndTime: used })),
        MetricTimeZone: only(['UTC'], 'hours of the week are those of UTC'),
      }),
    },
    async create({ logicalId, properties, generatedName }) {
      try {
        const stat = objectOf(properties, 'SingleMetricAnomalyDetector') ?? properties;
        const excluded = objectsOf(objectOf(properties, 'Configuration') ?? {}, 'ExcludedTimeRanges') ?? [];
        detectors.put(
          { metric: readMetric(stat), statistic: readStatistic(textOf(stat, 'Stat')) },
          excluded.map((range, index) => readSpan(range, `${logicalId}.Configuration.ExcludedTimeRanges[${index}]`)),
        );
      } catch (error) {
        if (error instanceof ServiceFailure) throw new TemplateRefused([`${logicalId}: ${error.message}`]);
        throw error;
      }
      const physicalId = generatedName(255);
      return { physicalId, attributes: { Id: physicalId } };
    },
  };
}

/** Times without a zone are those of UTC. */
function readSpan(range: Input, path: string): Excluded {
  const read = (member: string) => {
    const text = textOf(range, member) ?? '';
    return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  };
  const [fromMs, toMs] = [read('StartTime'), read('EndTime')];
  if (fromMs < toMs) return { fromMs, toMs };
  throw new TemplateRefused([`${path}: ${JSON.stringify(range)} is no span of time`]);
}
