import { parseArgs } from 'node:util';
import type { EventFields } from '../config.ts';
import type { ShardBatch, StreamRecord } from '../count/record.ts';
import { generateEvents } from '../generate/generator.ts';
import { counter, countPlainly, decodingOnly, planning } from './counters.ts';
import { type CountingResult, countingReport } from './counting-report.ts';
import { describeMachine } from './machine.ts';
import { publishedContender, pythonVersion } from './published.ts';
import { printReport } from './report.ts';
import { expectAlike, takeTurns } from './turns.ts';

/**
 * How fast a batch becomes writes, by processor time: Tidemark beside the plain loop and the published Python, on the same generated events.
 * The contenders take turns, so that whatever else the machine does falls on all of them; a figure is the median of its runs,
 * a ratio the median of the ratios within each round.
 *
 *     npx -y pnpm@12 bench counting [--quick] [--json]
 *     node src/bench/counting.ts [--events 50000] [--batch 2500] [--rounds 15] [--quick] [--json]
 */

const fields: EventFields = { name: ['event_type'], time: ['utc_timestamp'] };
const plainName = 'plain loop, 1h';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '50000' },
    batch: { type: 'string', default: '2500' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 5 : 15));
await bench(Number(values.events), Number(values.batch), rounds, values.json);

async function bench(events: number, batchSize: number, rounds: number, asJson: boolean): Promise<void> {
  const machine = describeMachine();
  const { batches, bytesPerEvent } = makeBatches(events, batchSize);
  const python = pythonVersion();
  const publishedName = `published Python ${python}, 1h`;
  const contenders = [
    counter('Tidemark, 1h', batches, planning(fields, ['1h'])),
    counter('Tidemark, 1m and 1h', batches, planning(fields, ['1m', '1h'])),
    counter('Tidemark, decoding alone, 1h', batches, decodingOnly(fields)),
    counter(plainName, batches, countPlainly),
    ...(python === undefined ? [] : [publishedContender(publishedName, batches)]),
  ];
  try {
    const counts = await expectAlike(contenders, plainName);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (total !== events) throw new Error(`${plainName} counted ${total} of ${events} events`);
    const speeds = await takeTurns(contenders, events, rounds);
    const results = speeds.map(
      ({ name, perSecond, nanosecondsEach, times }): CountingResult => ({
        name,
        eventsPerSecond: perSecond,
        nanosecondsPerEvent: nanosecondsEach,
        ofPlain: times(plainName),
        ...(python === undefined ? {} : { ofPublished: times(publishedName) }),
      }),
    );
    printReport(countingReport(machine, { events, bytesPerEvent, batchSize, rounds, python }, results), asJson);
  } finally {
    for (const each of contenders) each.close();
  }
}

/** As Lambda hands records over: strings that came out of JSON, with arrival times and sequence numbers of the real form. */
function makeBatches(events: number, batchSize: number): { batches: ShardBatch[]; bytesPerEvent: number } {
  const untilMs = Date.parse('2026-11-02T12:00:00Z');
  const records: StreamRecord[] = [];
  let bytes = 0;
  for (const { data, partitionKey } of generateEvents({ seed: 2, events, untilMs, fields, malformedShare: 0 })) {
    const sequenceNumber = `4966${String(records.length).padStart(52, '0')}`;
    records.push({ sequenceNumber, data: data.toString('base64'), partitionKey, arrivalMs: untilMs + records.length });
    bytes += data.length;
  }
  const batches: ShardBatch[] = [];
  for (let from = 0; from < records.length; from += batchSize) {
    batches.push({ shardId: 'shardId-000000000000', records: records.slice(from, from + batchSize) });
  }
  return { batches: JSON.parse(JSON.stringify(batches)) as ShardBatch[], bytesPerEvent: Math.round(bytes / events) };
}
