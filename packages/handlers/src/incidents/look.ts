import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { LastHour } from '@tidemark/core/incidents/message';
import { listedMax } from '@tidemark/core/incidents/outbox';
import { partName } from '@tidemark/core/incidents/parts-on';
import { describedAlarmsMax } from '../aws/cloudwatch-reading.ts';
import { type Chart, chartOf, valuesOf } from './chart.ts';
import type { ToldNow } from './send.ts';
import type { Invocation } from './step.ts';

/** What CloudWatch shows of alarms now, by their names there. */
export interface Looked {
  readonly lastHours: ReadonlyMap<string, LastHour>;
  /** Of composite alarms: the parts that are on, of those it is known of. */
  readonly partsOn: ReadonlyMap<string, readonly string[]>;
}

const nothing: Looked = { lastHours: new Map(), partsOn: new Map() };
const hourMs = 60 * 60_000;
/** A message does not wait longer for what it goes without. Milliseconds. */
const waitMsMax = 5_000;

/**
 * Looks at the alarms of what is told: the last hour of the metrics that they watch, of a composite alarm those of the first of its parts that is on. Where so many
 * turn on at once that a message does not list them all, and where CloudWatch does not answer, messages go without.
 */
export async function look(invocation: Invocation, all: readonly ToldNow[]): Promise<Looked> {
  const { cloudwatch, stage, nowMs, signal, warn } = invocation;
  const told = all.flatMap(({ item, entry }) => (entry.Telling.Kind === 'end' ? [] : [item.Alarm]));
  const names = [...new Set(told)];
  if (names.length === 0 || names.length > listedMax) return nothing;
  const partsOf = (name: string) => stage.alarm(name)?.parts?.map(({ alarm }) => alarm);
  const watched = names.flatMap((name) => partsOf(name) ?? [name]).slice(0, describedAlarmsMax);
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(waitMsMax)]);
  try {
    const described = await cloudwatch.alarms(watched, inTime);
    const isOn = (name: string) =>
      described.some(({ AlarmName, StateValue }) => AlarmName === name && StateValue === 'ALARM');
    const partsOn = new Map(
      names.flatMap((name) => {
        const on = partsOf(name)?.filter(isOn) ?? [];
        return on.length === 0 ? [] : [[name, on] as const];
      }),
    );
    const charts = names.flatMap((name) =>
      chartFor(name, stage.alarm(name)?.source ?? '', partsOn.get(name)?.[0], described),
    );
    return { lastHours: await read(charts, { cloudwatch, nowMs, signal: inTime }), partsOn };
  } catch (error) {
    if (signal.aborted) throw error;
    warn('told without charts', error);
    return nothing;
  }
}

interface NamedChart extends Chart {
  /** The alarm whose message it is in. */
  readonly name: string;
  readonly part?: string;
}

/** None of an alarm that is not described, or watches no metric. */
function chartFor(
  name: string,
  source: string,
  part: string | undefined,
  described: readonly MetricAlarm[],
): NamedChart[] {
  const alarm = described.find(({ AlarmName }) => AlarmName === (part ?? name));
  const chart = alarm === undefined ? undefined : chartOf(alarm);
  if (chart === undefined) return [];
  return [{ name, ...(part === undefined ? {} : { part: partName(part, source) }), ...chart }];
}

async function read(
  charts: readonly NamedChart[],
  { cloudwatch, nowMs, signal }: Pick<Invocation, 'cloudwatch' | 'nowMs' | 'signal'>,
): Promise<ReadonlyMap<string, LastHour>> {
  if (charts.length === 0) return new Map();
  const idOf = (chart: number, stat: number) => `q${chart}s${stat}`;
  const queries = charts.flatMap(({ stats }, chart) =>
    stats.map((MetricStat, stat) => ({ Id: idOf(chart, stat), MetricStat })),
  );
  const longestMs = Math.max(...charts.map(({ stepMs }) => stepMs));
  const data = await cloudwatch.data(queries, nowMs - hourMs - longestMs, nowMs, signal);
  return new Map(
    charts.map((chart, at) => {
      const all = chart.stats.map((_, stat) => data.get(idOf(at, stat)) ?? new Map<number, number>());
      const { name, stepMs, part, unit } = chart;
      const values = valuesOf(chart, all, nowMs, hourMs);
      return [
        name,
        { values, stepMs, ...(part === undefined ? {} : { part }), ...(unit === undefined ? {} : { unit }) },
      ];
    }),
  );
}
