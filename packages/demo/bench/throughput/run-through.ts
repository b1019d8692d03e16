import { setTimeout as sleep } from 'node:timers/promises';
import { countingFunction } from '@tidemark/core/deployment';
import { Expectation } from '@tidemark/core/generate/expectation';
import type { GeneratedRecord } from '@tidemark/core/generate/generator';
import { EngineClock } from '@tidemark/local/clock';
import { stageOf } from '@tidemark/local/control';
import { startEngine } from '@tidemark/local/engine';
import { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { Kinesis } from '@tidemark/ops-cli/aws/kinesis';
import { generatedRecords } from '@tidemark/ops-cli/produce/generated';
import { produce } from '@tidemark/ops-cli/produce/produce';
import { chooseSource, engineTarget } from '@tidemark/ops-cli/target';
import { Metric } from '../../src/metric.ts';
import { read } from '../../src/reading.ts';
import { judge } from '../../src/verdict.ts';
import { updatesPerSecond } from './dynamodb-limit.ts';

export interface Through {
  readonly events: number;
  readonly bytes: number;
  readonly clockFactor: number;
  /** Of wall time, each from the first record sent. */
  readonly seconds: { readonly sent: number; readonly counted: number; readonly published: number };
  /** Updates of the count and publish functions. */
  readonly updates: { readonly count: number; readonly publish: number };
  readonly batches: number;
  readonly putMetricDataCalls: number;
  /** Updates a second that DynamoDB Local takes from a client that does nothing else. */
  readonly updatesPerSecondMax: number;
}

export interface RunThroughOptions {
  readonly assembly: string;
  readonly events: number;
  /** Updates a round, from which the limit of DynamoDB Local is taken. */
  readonly limitUpdates: number;
}

/** As in the demo: the ten seconds of a window take half a second. */
const clockFactor = 20;
const pollMs = 100;

/** Sends generated events as fast as the stream takes them, waits until all are counted and published, and compares every count. */
export async function runThrough({ assembly, events, limitUpdates }: RunThroughOptions): Promise<Through> {
  const updatesPerSecondMax = await updatesPerSecond(limitUpdates);
  const clock = new EngineClock();
  const engine = await startEngine({ assembly, clock, evaluateAlarms: false });
  clock.scale(clockFactor);
  const target = await engineTarget(engine.endpoint, stageOf(engine.stackName), engine.region);
  const source = chooseSource(target, undefined);
  const kinesis = new Kinesis(target.client);
  const tables = new Tables(target.client);
  const metric = new Metric(target.client, source);
  try {
    const now = () => clock.now();
    const expectation = new Expectation(source.buckets);
    const records = expected(generatedRecords({ events, seed: 1, untilMs: now(), fields: source.event }), expectation);
    const counting = engine.mappings.list().find(({ options }) => options.functionName === countingFunction(source));
    const startMs = performance.now();
    const elapsed = () => (performance.now() - startMs) / 1000;
    const { bytes } = await produce({ put: kinesis.putRecords(source.stream), records });
    const sent = elapsed();
    await counting?.idle();
    const counted = elapsed();
    const reading = () => read({ tables, metric, source, size: '1h', now });
    let { ledger, settled } = await reading();
    for (; settled < ledger.Counted; { ledger, settled } = await reading()) await sleep(pollMs);
    const published = elapsed();
    const { calls, functions } = engine.meter.snapshot();
    const callsOf = (caller: string, operation: string): number =>
      calls.find((row) => row.caller === caller && row.operation === operation)?.calls ?? 0;
    const { differences, faults } = await judge(tables, source, expectation, ledger, clock.now());
    if (differences.length > 0 || faults.length > 0) {
      throw new Error(`the counts are wrong: ${differences.length} differ; ${faults.join('; ')}`);
    }
    return {
      ...{ events, bytes, clockFactor, seconds: { sent, counted, published } },
      updates: {
        count: callsOf(countingFunction(source), 'UpdateItem'),
        publish: callsOf(source.publish, 'UpdateItem'),
      },
      batches: functions.find(({ functionName }) => functionName === countingFunction(source))?.invocations ?? 0,
      putMetricDataCalls: callsOf(source.publish, 'PutMetricData'),
      updatesPerSecondMax,
    };
  } finally {
    for (const client of [kinesis, tables, metric]) client.close();
    await engine.stop();
  }
}

/** The records as they come, each told to the expectation. */
async function* expected(
  chunks: AsyncIterable<readonly GeneratedRecord[]>,
  expectation: Expectation,
): AsyncGenerator<readonly GeneratedRecord[]> {
  for await (const chunk of chunks) {
    for (const record of chunk) expectation.add(record.expected);
    yield chunk;
  }
}
