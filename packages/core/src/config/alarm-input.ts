/** `'90s'`, `'15m'`, `'4h'`, `'1d'`. */
export type SpanInput = `${number}${'s' | 'm' | 'h' | 'd'}`;

/**
 * An alarm on one series, with one of `above`, `below`, `missing` and `anomalous`:
 *
 *     { series: 'page view', below: 5, per: '1m', for: 3, severity: 'critical' }
 *     { series: 'order', missing: '15m' }
 */
export interface AlarmInput {
  /** The name that its events have. */
  readonly series: string;
  /** A measure of the window. Absent: events are counted. */
  readonly measure?: string;
  /** What of the measure is compared. Default `'sum'`. */
  readonly statistic?: 'sum' | 'average' | 'minimum' | 'maximum' | 'count';
  readonly above?: number;
  /** No data at all are below it as well. */
  readonly below?: number;
  /** Nothing for so long, up to a day, or up to 7d in whole hours. */
  readonly missing?: SpanInput;
  /** Out of the band of so many standard deviations around what CloudWatch expects, up to 10. */
  readonly anomalous?: number;
  /** On which side of the band. Default `'both'`. */
  readonly direction?: 'above' | 'below' | 'both';
  /** Default: the size that is published. */
  readonly per?: '1m' | '5m' | '15m' | '1h' | '6h' | '1d';
  /** How many periods in a row, or how many of the last. Default 1. */
  readonly for?: number | { readonly datapoints: number; readonly of: number };
  /** Default `'high'`. */
  readonly severity?: 'critical' | 'high' | 'low';
  /** Default: made of the rest. */
  readonly name?: string;
}

export interface TierInput {
  /** `'email:oncall@example.org'`, `'sms:+4915112345678'`, an address that begins with `https://`, or the ARN of an SNS topic of your own. */
  readonly notify: readonly string[];
  /** How long to wait for an answer before going on, 1m to 24h. Default `'15m'`. */
  readonly acknowledgeWithin?: SpanInput;
  /** How many times it is told in a round, 1 to 10. Default 1. */
  readonly repeat?: number;
  /** What it is told of. Default: all. */
  readonly severities?: readonly ('critical' | 'high' | 'low')[];
  /** When it may be told. Default: always. */
  readonly hours?: {
    /** `'mon-fri'` (default), `'sat,sun'`. */
    readonly days?: string;
    /** `'08:00'` */
    readonly from: string;
    /** `'18:00'`; before `from` it is on the next day. */
    readonly to: string;
    /** By its name of IANA. Default `'UTC'`. */
    readonly zone?: string;
  };
}

/** Nobody is told of alarms that turn on meanwhile. */
export interface MaintenanceInput {
  /** Six fields, as EventBridge has them: `'0 2 ? * SUN *'`. */
  readonly cron: string;
  /** From 1m to 7d. */
  readonly for: SpanInput;
  /** By its name of IANA. Default `'UTC'`. */
  readonly zone?: string;
  /** Default: all. */
  readonly sources?: readonly string[];
}

/** Who is told of alarms, one tier after the other, until somebody answers. */
export interface EscalationInput {
  /** Default: none, and nobody is told. */
  readonly tiers?: readonly TierInput[];
  /** How often to go through the tiers, 1 to 10. Default 2. */
  readonly rounds?: number;
  /** An alarm that was answered, or that nobody answered, is raised again when it is still on after so long, 10m to 7d. Default `'4h'`. */
  readonly raiseAgainAfter?: SpanInput;
  /** How long messages wait for others to go with, 1s to 5m. Default `'20s'`. */
  readonly gather?: SpanInput;
  /** An alarm that turns on again so soon belongs to the same incident, 1m to 24h. Default `'15m'`. */
  readonly joinWithin?: SpanInput;
  readonly maintenance?: readonly MaintenanceInput[];
  /** Your own runbook, an https URL to which `#<anchor>` is added. Default: the page that the stage serves. */
  readonly runbook?: string;
}

/** From when on the parts of a source are in trouble; `false`: that is not watched. */
export interface SystemAlarmsInput {
  /** How old the records are that a function gets, beyond its batching window, 1m to 7d. Default `'10m'`. */
  readonly lag?: SpanInput | false;
  /** How far the slowest reader of the stream is behind what is on it, 1m to 7d. Default `'15m'`. */
  readonly freshness?: SpanInput | false;
  /** How many records may be set aside in five minutes. Default 0. */
  readonly quarantined?: number | false;
}
