import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AlarmState } from '@tidemark/core/incidents/alarm-event';
import { alarmStates } from '@tidemark/core/incidents/alarm-event';
import type { SeenAlarm } from '@tidemark/core/incidents/missed-transition';
import { describedAlarmsMax } from '../aws/cloudwatch-reading.ts';
import { inParallel } from '../parallel.ts';
import type { Invocation } from './step.ts';

/** CloudWatch takes nine such requests a second. */
const requestsMax = 2;

/** The stage's alarms as CloudWatch has them, by their names; those that it does not have are left out. */
export async function seenAlarms({ stage, cloudwatch, signal }: Invocation): Promise<ReadonlyMap<string, SeenAlarm>> {
  const names = stage.deployment.alarms.map(({ alarm }) => alarm);
  const pages = Array.from({ length: Math.ceil(names.length / describedAlarmsMax) }, (_, index) =>
    names.slice(index * describedAlarmsMax, (index + 1) * describedAlarmsMax),
  );
  const found = await inParallel(pages, (page) => cloudwatch.anyAlarms(page, signal), requestsMax);
  return new Map(found.flat().flatMap(seenOf));
}

function seenOf(described: MetricAlarm | CompositeAlarm): [string, SeenAlarm][] {
  const { AlarmName: alarm, StateReason: reason = '', StateReasonData: reasonData } = described;
  const state = alarmStates.find((known): known is AlarmState => known === described.StateValue);
  const since = described.StateTransitionedTimestamp ?? described.StateUpdatedTimestamp;
  if (alarm === undefined || state === undefined || since === undefined) return [];
  const configuredMs = described.AlarmConfigurationUpdatedTimestamp?.getTime();
  const seen: SeenAlarm = {
    ...{ alarm, state, sinceMs: since.getTime(), reason },
    ...(reasonData === undefined ? {} : { reasonData }),
    ...(configuredMs === undefined ? {} : { configuredMs }),
  };
  return [[alarm, seen]];
}
