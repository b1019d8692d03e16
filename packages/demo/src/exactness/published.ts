import { freshnessMetric } from '@tidemark/core/health/datum';
import type { Engine } from '@tidemark/local/engine';
import type { AwsRequest, AwsResponse } from '@tidemark/local/gateway/service';
import type { Put } from './figure-differences.ts';

export interface PutCall {
  /** Names the invocation. */
  readonly trace: string;
  readonly source: string;
  /** By `<metric> <EventName> <minute>`. */
  readonly puts: ReadonlyMap<string, Put>;
  isMarked: boolean;
}

interface Datum {
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  /** Seconds since the epoch. */
  readonly Timestamp: number;
  readonly MetricName: string;
  /** One of the two. */
  readonly Value?: number;
  readonly StatisticValues?: { readonly SampleCount: number; readonly Sum: number };
}

/** The header by which the calls of one invocation are known. */
export const traceHeader = 'x-amzn-trace-id';

/**
 * Sees which PutMetricData calls took effect, and which of them were followed by the marker of their own invocation before
 * anything else was put. Those that were not are all that may be in the metric twice.
 */
export class Published {
  readonly #calls: PutCall[] = [];

  constructor(engine: Engine) {
    see(engine, 'monitoring', (request) => {
      const call = request.operation === 'PutMetricData' ? readCall(request) : undefined;
      if (call !== undefined && !isCorrection(call) && !isOfHealth(call)) this.#calls.push(call);
    });
    see(engine, 'dynamodb', (request) => {
      if (request.operation !== 'UpdateItem') return;
      const { Key } = JSON.parse(request.body.toString('utf8'));
      if (!Key.Item?.S.startsWith('PUBLISHED#')) return;
      // A marker that lands after another call was made came too late to keep that one from being made.
      const call = this.#calls.findLast(({ source }) => source === Key.Source.S);
      if (call !== undefined && call.trace === request.headers[traceHeader]) call.isMarked = true;
    });
  }

  /** Calls that took effect, and how many of them have no marker. */
  calls(source: string): { readonly made: number; readonly unmarked: number } {
    const calls = this.#calls.filter((call) => call.source === source);
    return { made: calls.length, unmarked: calls.filter(({ isMarked }) => !isMarked).length };
  }

  /** What the calls without a marker carried, by `<metric> <EventName> <minute>`. */
  unmarked(source: string): Map<string, Put[]> {
    const unmarked = new Map<string, Put[]>();
    for (const call of this.#calls) {
      if (call.source !== source || call.isMarked) continue;
      for (const [key, put] of call.puts) unmarked.set(key, [...(unmarked.get(key) ?? []), put]);
    }
    return unmarked;
  }
}

/** Whether it is one of those that a replay, a backfill or an undo makes after its switch. */
export function isCorrection({ puts }: PutCall): boolean {
  return [...puts.keys()].some((key) => key.startsWith('Correction '));
}

/** Whether it is one of those that tell of the source as a whole. */
function isOfHealth({ puts }: PutCall): boolean {
  return [...puts.keys()].some((key) => key.startsWith(`${freshnessMetric} `));
}

/** Tells of every call to a service that took effect. */
export function see(engine: Engine, signingName: string, tell: (request: AwsRequest) => void): void {
  const service = engine.services.byName.get(signingName);
  if (service === undefined) throw new Error(`the engine serves no ${signingName}`);
  engine.services.byName.set(signingName, {
    async handle(request): Promise<AwsResponse> {
      const answer = await service.handle(request);
      if (answer.status < 300) tell(request);
      return answer;
    },
  });
}

export function readCall(request: AwsRequest): PutCall {
  const { MetricData }: { MetricData: readonly Datum[] } = JSON.parse(request.body.toString('utf8'));
  const dimensionOf = (datum: Datum, dimension: string) =>
    datum.Dimensions.find(({ Name }) => Name === dimension)?.Value;
  const puts = new Map<string, Put>();
  for (const datum of MetricData) {
    const { Timestamp, MetricName, Value = 0, StatisticValues = { SampleCount: 1, Sum: Value } } = datum;
    const minute = `${new Date(Timestamp * 1000).toISOString().slice(0, 16)}:00Z`;
    // What is not ASCII stands there percent-encoded.
    const name = decodeURIComponent(dimensionOf(datum, 'EventName') ?? '');
    const key = `${MetricName} ${name} ${minute}`;
    const { count, sum } = puts.get(key) ?? { count: 0, sum: 0 };
    puts.set(key, { count: count + StatisticValues.SampleCount, sum: sum + StatisticValues.Sum });
  }
  const [first] = MetricData;
  const source = first === undefined ? '' : (dimensionOf(first, 'Source') ?? '');
  return { trace: request.headers[traceHeader] ?? '', source, puts, isMarked: false };
}
