import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  GetMetricDataCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { eventCountMetric, metricNamespace, seriesDimensions } from '@tidemark/core/publish/datum';
import { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { EngineInbox, type InboxMessage } from '@tidemark/ops-cli/inbox/engine-inbox';
import { type FoundIncident, incidentsSince } from '@tidemark/ops-cli/incidents/stored';
import type { Target } from '@tidemark/ops-cli/target';
import { other, sourceName, watched } from './configuration.ts';
import { minuteMs } from './traffic.ts';

/** The alarm went from one state into another. */
export interface Transition {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  /** CloudWatch's own sentence. */
  readonly reason: string;
}

/** What CloudWatch, the inbox and the Control table say at one moment. */
export interface Reading {
  /** The engine's clock, milliseconds since the epoch. */
  readonly nowMs: number;
  /** Events a minute by name, of the last hour, the oldest first: CloudWatch's figures. */
  readonly perMinute: ReadonlyMap<string, readonly number[]>;
  /** Of the alarm, the oldest first. */
  readonly transitions: readonly Transition[];
  /** Everything that anybody was told, in the order of arrival. */
  readonly messages: readonly InboxMessage[];
  /** Of the whole stage, the oldest first. */
  readonly incidents: readonly FoundIncident[];
}

export interface ReaderOptions {
  readonly target: Target;
  readonly endpoint: string;
  /** The alarm's name in CloudWatch. */
  readonly alarm: string;
  /** When the engine's time began, milliseconds since the epoch. */
  readonly startMs: number;
  readonly now: () => number;
}

const minutes = 60;

/** Asks each of them anew, as anybody else would. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #tables: Tables;
  readonly #cloudwatch: CloudWatchClient;
  readonly #inbox: EngineInbox;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#tables = new Tables(options.target.client);
    this.#cloudwatch = new CloudWatchClient(options.target.client);
    this.#inbox = new EngineInbox(options.endpoint);
  }

  close(): void {
    this.#tables.close();
    this.#cloudwatch.destroy();
  }

  async read(): Promise<Reading> {
    const nowMs = this.#options.now();
    const [perMinute, transitions, messages, incidents] = await Promise.all([
      this.#perMinute(nowMs),
      this.#transitions(),
      this.#inbox.list({}),
      this.incidents(),
    ]);
    return { nowMs, perMinute, transitions, messages, incidents };
  }

  async incidents(): Promise<FoundIncident[]> {
    const { target, startMs } = this.#options;
    const found = await incidentsSince(target, this.#tables, undefined, startMs);
    return found.sort((one, another) => one.item.OpenedMs - another.item.OpenedMs);
  }

  async #perMinute(nowMs: number): Promise<Map<string, readonly number[]>> {
    const endMs = Math.floor(nowMs / minuteMs) * minuteMs;
    const startMs = endMs - minutes * minuteMs;
    const names = [watched, other];
    const { MetricDataResults = [] } = await this.#cloudwatch.send(
      new GetMetricDataCommand({
        ...{ StartTime: new Date(startMs), EndTime: new Date(endMs), ScanBy: 'TimestampAscending' },
        MetricDataQueries: names.map((name, index) => ({
          Id: `m${index}`,
          MetricStat: {
            Metric: {
              ...{ Namespace: metricNamespace, MetricName: eventCountMetric },
              Dimensions: [...seriesDimensions(sourceName, name)],
            },
            ...{ Period: minuteMs / 1000, Stat: 'Sum' },
          },
        })),
      }),
    );
    return new Map(
      names.map((name, index) => {
        const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === `m${index}`) ?? {};
        const values = new Array<number>(minutes).fill(0);
        for (const [place, at] of Timestamps.entries()) {
          values[Math.round((at.getTime() - startMs) / minuteMs)] = Values[place] ?? 0;
        }
        return [name, values];
      }),
    );
  }

  async #transitions(): Promise<Transition[]> {
    const { AlarmHistoryItems = [] } = await this.#cloudwatch.send(
      new DescribeAlarmHistoryCommand({
        ...{ AlarmName: this.#options.alarm, HistoryItemType: 'StateUpdate', ScanBy: 'TimestampAscending' },
      }),
    );
    return AlarmHistoryItems.map(({ Timestamp, HistoryData = '{}' }) => {
      const { oldState, newState } = JSON.parse(HistoryData) as HistoryData;
      const { stateValue: to, stateReason: reason } = newState;
      return { atMs: Timestamp?.getTime() ?? 0, from: oldState.stateValue, to, reason };
    });
  }
}

interface HistoryData {
  readonly oldState: { readonly stateValue: StateValue };
  readonly newState: { readonly stateValue: StateValue; readonly stateReason: string };
}
