/** How much an alarm matters, the gravest first. */
export const severities = ['critical', 'high', 'low'] as const;
export type Severity = (typeof severities)[number];

/** CloudWatch's words. */
export type AlarmStatistic = 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount';

/**
 * When a data point breaches. `anomalous` is the number of standard deviations by which CloudWatch's band is wide to either side; breaching is what
 * lies outside of it in that direction.
 */
export type AlarmCondition =
  | { readonly kind: 'above'; readonly threshold: number }
  | { readonly kind: 'below'; readonly threshold: number }
  | { readonly kind: 'missing'; readonly forMs: number }
  | { readonly kind: 'anomalous'; readonly deviations: number; readonly direction: 'above' | 'below' | 'both' };

/** An alarm of a source, every default filled in: what infra makes one CloudWatch alarm of. */
export interface AlarmSettings {
  /** Unique in the source; the alarm is called `<stack>-<source>-<name>`. Letters, digits, spaces and `. _ -`. */
  readonly name: string;
  readonly severity: Severity;
  /** The name of the events, not yet encoded as a dimension. */
  readonly series: string;
  /** Absent: events are counted (metric `EventCount`, or the readings of a source that has a window only). */
  readonly measure?: string;
  readonly statistic: AlarmStatistic;
  readonly condition: AlarmCondition;
  readonly periodSeconds: number;
  /** `datapoints` of the last `of` periods must breach. */
  readonly datapoints: number;
  readonly of: number;
  /** What CloudWatch takes a period without data for. */
  readonly missingData: 'breaching' | 'notBreaching' | 'missing';
}

/**
 * Whom to tell, as it is written in the configuration and in items: `email:oncall@example.org`, `sms:+4915112345678`, `https://...` or the ARN of an SNS topic.
 */
export type Contact = string;

/** Hours of the working days of a place. `toMinute` at or below `fromMinute` is on the next day. */
export interface OfficeHours {
  /** 1 is Monday, 7 Sunday: the days on which the hours begin. Ascending. */
  readonly days: readonly number[];
  /** Minutes since midnight, 0 to 1,439; `toMinute` up to 1,440. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** IANA: `Europe/Berlin`. */
  readonly zone: string;
}

export interface TierSettings {
  /** At least one. */
  readonly notify: readonly Contact[];
  /** How long to wait for an acknowledgement before going on, in milliseconds. */
  readonly acknowledgeWithinMs: number;
  /** How many times the tier is told in a round, from 1. */
  readonly repeat: number;
  /** The severities that it is told of. At least one. */
  readonly severities: readonly Severity[];
  /** Absent: at all hours. */
  readonly hours?: OfficeHours;
}

/** While it lasts nobody is told of what turns on. */
export interface MaintenanceSettings {
  /** Six fields, as EventBridge has them: `0 2 ? * SUN *`. */
  readonly cron: string;
  readonly zone: string;
  readonly forMs: number;
  /** Absent: all sources, and the alarms of the stage. */
  readonly sources?: readonly string[];
}

/** How alarms escalate. Without tiers incidents are kept, and nobody is told. */
export interface EscalationSettings {
  readonly tiers: readonly TierSettings[];
  /** How often to go through the tiers, from 1. */
  readonly rounds: number;
  /** An incident that was acknowledged, or that nobody answered, is raised again when its alarm is still on after so long. */
  readonly raiseAgainAfterMs: number;
  /** How long messages wait for others to go with. */
  readonly gatherMs: number;
  /** An alarm that turns on again so soon after it turned off belongs to the same incident. */
  readonly joinWithinMs: number;
  readonly maintenance: readonly MaintenanceSettings[];
  /** Where one's own runbook is: an https URL to which `#<anchor>` is added. Absent: the one that the stage serves by itself. */
  readonly runbook?: string;
}

/** One of the CloudWatch alarms that a composite alarm is made of: it becomes no incident of its own. */
export interface AlarmPart {
  /** The part's name in CloudWatch: `<stack>_<source>-lag`. */
  readonly alarm: string;
  /** What it means when it is on. One line. */
  readonly summary: string;
  /** Its own heading of the runbook, like that of an alarm. */
  readonly runbook: string;
}

/** What the function `incidents` and operators' tools know of one alarm. */
export interface DeployedAlarm {
  /** The alarm's name in CloudWatch: `<stack>-<source>-<name>`. */
  readonly alarm: string;
  /** The source's name; `$stage` for an alarm of the stage. */
  readonly source: string;
  /** Its name within the source. */
  readonly name: string;
  readonly severity: Severity;
  /** What it means when it is on: `page view below 5 in 1m, 3 times`. One line. */
  readonly summary: string;
  /** Of an alarm on a series: to draw its last hour. */
  readonly series?: string;
  /** How long the data are taken together that it looks at: its periods. Milliseconds; absent where that is minutes. */
  readonly looksBackMs?: number;
  /** Anchor of its heading in the runbook: `alarm-a-series-is-missing`. */
  readonly runbook: string;
  /** Link to the dashboard. Absent where there is none. */
  readonly dashboard?: string;
  /** Of a composite alarm: what it is made of. It is on while any of them is. */
  readonly parts?: readonly AlarmPart[];
}

/** What the function `incidents` is deployed with: plain JSON, bundled beside it. */
export interface IncidentsDeployment {
  readonly stack: string;
  readonly stage: string;
  readonly escalation: EscalationSettings;
  readonly alarms: readonly DeployedAlarm[];
}
