import type { Engine } from '@tidemark/local/engine';
import type { AwsRequest, AwsResponse } from '@tidemark/local/gateway/service';

interface Put {
  /** Names the invocation. */
  readonly trace: string;
  readonly source: string;
  /** Values by `<EventName> <minute>`. */
  readonly values: ReadonlyMap<string, number>;
  isMarked: boolean;
}

interface Datum {
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  /** Seconds since the epoch. */
  readonly Timestamp: number;
  readonly Value: number;
}

/** The header by which the calls of one invocation are known. */
export const traceHeader = 'x-amzn-trace-id';

/**
 * Sees which PutMetricData calls took effect, and which of them were followed by the marker of their own invocation before
 * anything else was put. Those that were not are all that may be in the metric twice.
 */
export class Published {
  readonly #puts: Put[] = [];

  constructor(engine: Engine) {
    see(engine, 'monitoring', (request) => {
      if (request.operation === 'PutMetricData') this.#puts.push(readPut(request));
    });
    see(engine, 'dynamodb', (request) => {
      if (request.operation !== 'UpdateItem') return;
      const { Key } = JSON.parse(request.body.toString('utf8'));
      if (!Key.Item?.S.startsWith('PUBLISHED#')) return;
      // A marker that lands after another call was made came too late to keep that one from being made.
      const put = this.#puts.findLast(({ source }) => source === Key.Source.S);
      if (put !== undefined && put.trace === request.headers[traceHeader]) put.isMarked = true;
    });
  }

  /** Calls that took effect, and how many of them have no marker. */
  calls(source: string): { readonly made: number; readonly unmarked: number } {
    const puts = this.#puts.filter((put) => put.source === source);
    return { made: puts.length, unmarked: puts.filter(({ isMarked }) => !isMarked).length };
  }

  /** What the calls without a marker carried. */
  unmarked(source: string): Map<string, number> {
    const sums = new Map<string, number>();
    for (const put of this.#puts) {
      if (put.source !== source || put.isMarked) continue;
      for (const [key, value] of put.values) sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return sums;
  }
}

/** Tells of every call to a service that took effect. */
function see(engine: Engine, signingName: string, tell: (request: AwsRequest) => void): void {
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

function readPut(request: AwsRequest): Put {
  const { MetricData }: { MetricData: readonly Datum[] } = JSON.parse(request.body.toString('utf8'));
  const dimensionOf = (datum: Datum, dimension: string) =>
    datum.Dimensions.find(({ Name }) => Name === dimension)?.Value;
  const values = new Map<string, number>();
  for (const datum of MetricData) {
    const minute = `${new Date(datum.Timestamp * 1000).toISOString().slice(0, 19)}Z`;
    const key = `${dimensionOf(datum, 'EventName')} ${minute}`;
    values.set(key, (values.get(key) ?? 0) + datum.Value);
  }
  const [first] = MetricData;
  const source = first === undefined ? '' : (dimensionOf(first, 'Source') ?? '');
  return { trace: request.headers[traceHeader] ?? '', source, values, isMarked: false };
}
