import { textOf, timeMsOf } from '../../../wire/input.ts';
import type { Input, Output } from '../../../wire/rpc.ts';
import { assertMembers } from '../assert-members.ts';
import { invalidParameter } from '../failures.ts';
import { kindsIn } from './alarm-types.ts';
import { readPage } from './page.ts';
import { type AlarmStore, historyItemTypes } from './store.ts';

const usualItems = 100;
const historyMembers = [
  ...['AlarmName', 'AlarmTypes', 'HistoryItemType', 'StartDate', 'EndDate', 'MaxRecords', 'NextToken', 'ScanBy'],
];

/** The newest first, unless asked otherwise; of metric alarms, unless asked for others. */
export function describeAlarmHistory(store: AlarmStore, input: Input): Output {
  assertMembers(input, 'DescribeAlarmHistory', historyMembers);
  const givenType = textOf(input, 'HistoryItemType');
  const type = historyItemTypes.find((each) => each === givenType);
  if (givenType !== undefined && type === undefined) {
    throw invalidParameter(`The parameter HistoryItemType must be one of ${historyItemTypes.join(', ')}.`);
  }
  const { offset, limit } = readPage(input, usualItems);
  const items = store.history({
    ...{ alarmName: textOf(input, 'AlarmName'), kinds: kindsIn(input), type, offset, limit: limit + 1 },
    fromMs: timeMsOf(input, 'StartDate') ?? 0,
    toMs: timeMsOf(input, 'EndDate') ?? Number.MAX_SAFE_INTEGER,
    newestFirst: (textOf(input, 'ScanBy') ?? 'TimestampDescending') === 'TimestampDescending',
  });
  const AlarmHistoryItems = items.slice(0, limit).map((item) => ({
    AlarmName: item.alarmName,
    AlarmType: item.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
    Timestamp: new Date(item.atMs),
    HistoryItemType: item.type,
    HistorySummary: item.summary,
    HistoryData: item.data,
  }));
  return { AlarmHistoryItems, NextToken: items.length > limit ? String(offset + limit) : undefined };
}
