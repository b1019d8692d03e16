import type { Service } from '../../gateway/service.ts';
import type { LogLine } from '../../lambda/host.ts';
import { ServiceFailure } from '../../wire/failure.ts';
import { numberOf, textOf } from '../../wire/input.ts';
import { type Input, rpcService } from '../../wire/rpc.ts';
import type { LogStore } from './log-store.ts';

const pageEventsMax = 10_000;

/** Reading what functions wrote, as `aws logs tail` and its like do. */
export function logsService(store: LogStore, place: { readonly region: string; readonly account: string }): Service {
  return rpcService({
    name: 'CloudWatch Logs',
    xmlNamespace: 'http://logs.amazonaws.com/doc/2014-03-28/',
    operations: {
      DescribeLogGroups: (input) => {
        const prefix = textOf(input, 'logGroupNamePrefix') ?? '';
        const names = store.groups().filter((name) => name.startsWith(prefix));
        return {
          logGroups: names.map((name) => ({
            logGroupName: name,
            arn: `arn:aws:logs:${place.region}:${place.account}:log-group:${name}:*`,
          })),
        };
      },
      FilterLogEvents: (input) => filterLogEvents(store, input),
    },
  });
}

/** All words of a pattern must stand in the line; `{...}` and `?` patterns are refused. */
function filterLogEvents(store: LogStore, input: Input) {
  const name = textOf(input, 'logGroupName') ?? textOf(input, 'logGroupIdentifier') ?? '';
  const lines = store.lines(name);
  if (lines === undefined) {
    throw new ServiceFailure({ code: 'ResourceNotFoundException', message: 'The specified log group does not exist.' });
  }
  const pattern = textOf(input, 'filterPattern') ?? '';
  if (/[{}?[\]%-]/.test(pattern)) {
    throw new ServiceFailure({
      code: 'InvalidParameterException',
      message: `The local engine does not support the filter pattern ${pattern}: only words`,
    });
  }
  const words = pattern.split(/\s+/).map((word) => word.replaceAll('"', ''));
  const fromMs = numberOf(input, 'startTime') ?? 0;
  const toMs = numberOf(input, 'endTime') ?? Number.POSITIVE_INFINITY;
  const found = lines.filter(
    (line) => line.timestampMs >= fromMs && line.timestampMs <= toMs && words.every((word) => line.text.includes(word)),
  );
  const from = Number(textOf(input, 'nextToken') ?? 0);
  const next = from + Math.min(numberOf(input, 'limit') ?? pageEventsMax, pageEventsMax);
  return {
    events: found.slice(from, next).map(event),
    searchedLogStreams: [],
    nextToken: next < found.length ? String(next) : undefined,
  };
}

function event({ logStreamName, timestampMs, text }: LogLine, index: number) {
  return { logStreamName, timestamp: timestampMs, ingestionTime: timestampMs, message: text, eventId: String(index) };
}
