import * as v from 'valibot';

export const alarmStates = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof alarmStates)[number];

/** One transition of an alarm. Times in milliseconds since the epoch. */
export interface AlarmEvent {
  /** The alarm's name in CloudWatch. */
  readonly alarm: string;
  readonly state: AlarmState;
  readonly transitionMs: number;
  readonly previous: AlarmState;
  /** When it had gone into the state before; undefined where that is not said. */
  readonly previousMs?: number;
  /** CloudWatch's sentence. */
  readonly reason: string;
  readonly threshold?: number;
  /** The newest data point that was looked at. */
  readonly value?: number;
  /** Of a composite alarm that turns on: the names in CloudWatch of the parts that are on. Absent where that is not said. */
  readonly partsOn?: readonly string[];
}

const state = v.object({
  value: v.picklist(alarmStates),
  reason: v.optional(v.string(), ''),
  reasonData: v.optional(v.string()),
  timestamp: v.optional(v.string()),
});

const stateChange = v.object({
  source: v.literal('aws.cloudwatch'),
  'detail-type': v.literal('CloudWatch Alarm State Change'),
  detail: v.object({
    alarmName: v.string(),
    state: v.object({ ...state.entries, timestamp: v.string() }),
    previousState: v.optional(v.partial(state)),
  }),
});

export type AlarmEventResult =
  | { readonly ok: true; readonly event: AlarmEvent }
  | { readonly ok: false; readonly mistake: string };

/** Reads `CloudWatch Alarm State Change` as EventBridge delivers it. */
export function parseAlarmEvent(input: unknown): AlarmEventResult {
  const result = v.safeParse(stateChange, input);
  if (!result.success) {
    const issue = result.issues[0];
    return { ok: false, mistake: `${v.getDotPath(issue) ?? 'event'}: ${issue.message}` };
  }
  const { alarmName, state, previousState } = result.output.detail;
  const transitionMs = instantOf(state.timestamp);
  if (transitionMs === undefined) {
    return { ok: false, mistake: `detail.state.timestamp: ${state.timestamp} is not a time` };
  }
  const previousMs = previousState?.timestamp === undefined ? undefined : instantOf(previousState.timestamp);
  return {
    ok: true,
    event: {
      alarm: alarmName,
      state: state.value,
      transitionMs,
      previous: previousState?.value ?? 'INSUFFICIENT_DATA',
      ...(previousMs === undefined ? {} : { previousMs }),
      reason: state.reason,
      ...detailsOf(state.reason, state.reasonData),
    },
  };
}

/** What the data of a reason say of the state, where they are such: those of states that were set by hand need not be. */
export function detailsOf(
  reason: string,
  reasonData: string | undefined,
): Pick<AlarmEvent, 'threshold' | 'value' | 'partsOn'> {
  return { ...measuredOf(reason, reasonData), ...partsOnOf(reasonData) };
}

/** `2026-11-02T09:01:00.000+0000`: the colon that ISO 8601 wants in an offset is not there. */
function instantOf(text: string): number | undefined {
  const ms = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * Threshold and newest value, where the reason's data have them: composite alarms and states that were set by hand have none. Where what is missing made the alarm
 * turn on, a value from before that is not how things are now.
 */
function measuredOf(reason: string, reasonData: string | undefined): { threshold?: number; value?: number } {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), reasonDetails), reasonData);
  if (!result.success) return {};
  const { threshold, evaluatedDatapoints = [], recentDatapoints = [], queryDate, period } = result.output;
  const newest = evaluatedDatapoints.reduce<{ at: number; value: number } | undefined>((best, { timestamp, value }) => {
    const at = instantOf(timestamp ?? '') ?? Number.NEGATIVE_INFINITY;
    return value !== undefined && (best === undefined || at > best.at) ? { at, value } : best;
  }, undefined);
  const value = newest?.value ?? recentDatapoints.findLast((each) => each !== null);
  const newestMs = newest?.at ?? Number.NaN;
  const isOld = (instantOf(queryDate ?? '') ?? Number.NaN) - newestMs >= 2 * (period ?? Number.NaN) * 1000;
  return {
    ...(typeof threshold === 'number' ? { threshold } : {}),
    ...(typeof value === 'number' && !(isOld && missingBreaches.test(reason)) ? { value } : {}),
  };
}

const missingBreaches = /missing datapoints? (was|were) treated as \[Breaching\]/;

const reasonDetails = v.object({
  queryDate: v.optional(v.string()),
  /** Seconds. */
  period: v.optional(v.number()),
  threshold: v.optional(v.nullable(v.number())),
  recentDatapoints: v.optional(v.array(v.nullable(v.number()))),
  evaluatedDatapoints: v.optional(
    v.array(v.object({ timestamp: v.optional(v.string()), value: v.optional(v.number()) })),
  ),
});

/** The composite alarm's parts that are on, where the reason's data have any: those of one that turns off are all off. */
function partsOnOf(reasonData: string | undefined): { partsOn?: readonly string[] } {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), compositeDetails), reasonData);
  if (!result.success) return {};
  const names = result.output.triggeringAlarms.flatMap(({ arn, state }) =>
    state.value === 'ALARM' ? [nameInArn(arn)] : [],
  );
  return names.length === 0 ? {} : { partsOn: [...new Set(names)].sort() };
}

/** `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:NAME`: a name may hold colons. */
function nameInArn(arn: string): string {
  return arn.split(':').slice(6).join(':');
}

const compositeDetails = v.object({
  triggeringAlarms: v.array(v.object({ arn: v.string(), state: v.object({ value: v.string() }) })),
});
