import { parseArgs } from 'node:util';
import type { EventFields } from '../config.ts';
import type { StreamRecord } from '../count/record.ts';
import { windowStart } from '../series/window.ts';
import { foldDecoded, folder, foldPlainly, planning, tellPlainly, tellPlan, type WindowBatches } from './folders.ts';
import { type FoldingResult, foldingReport } from './folding-report.ts';
import { describeMachine } from './machine.ts';
import { Readings } from './readings.ts';
import { printReport } from './report.ts';
import { expectAlike, takeTurns } from './turns.ts';

/**
 * How fast readings become rows of windows, by processor time: Tidemark's exact sums beside the plain loop, on the same readings with three
 * measures each. Measured as counting is.
 *
 *     npx -y pnpm@12 bench folding [--quick] [--json]
 *     node src/bench/folding.ts [--readings 60000] [--batch 2500] [--rounds 15] [--quick] [--json]
 */

const fields: EventFields = {
  name: ['Name'],
  time: ['StatusTime'],
  measures: [
    { name: 'distance', path: ['Distance'] },
    { name: 'health', path: ['HealthPoints'] },
    { name: 'magic', path: ['MagicPoints'] },
  ],
};
const unicorns = 20;
const seconds = 60;
/** What a shard gets where four of them take a thousand readings a second. */
const readingsPerSecond = 250;
const plainName = 'plain loop';
/** Plain additions round. */
const tolerance = 1e-9;

const { values } = parseArgs({
  options: {
    readings: { type: 'string', default: '60000' },
    batch: { type: 'string', default: '2500' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
await bench(
  Number(values.readings),
  Number(values.batch),
  Number(values.rounds ?? (values.quick ? 5 : 15)),
  values.json,
);

async function bench(readings: number, batchSize: number, rounds: number, asJson: boolean): Promise<void> {
  const machine = describeMachine();
  const { windows, bytesPerReading } = makeWindows(readings, batchSize);
  const contenders = [
    folder('Tidemark', windows, planning(fields, seconds), tellPlan),
    folder('Tidemark, decoding alone', windows, foldDecoded(fields, seconds), tellPlainly),
    folder(plainName, windows, foldPlainly(fields, seconds), tellPlainly),
  ];
  const found = await expectAlike(contenders, plainName, tolerance);
  const counted = [...found]
    .filter(([key]) => key.endsWith('distance count'))
    .reduce((sum, [, count]) => sum + count, 0);
  if (counted !== readings) throw new Error(`${plainName} folded ${counted} of ${readings} readings`);
  const speeds = await takeTurns(contenders, readings, rounds);
  const results = speeds.map(
    ({ name, perSecond, nanosecondsEach, times }): FoldingResult => ({
      name,
      readingsPerSecond: perSecond,
      nanosecondsPerReading: nanosecondsEach,
      ofPlain: times(plainName),
    }),
  );
  const measures = fields.measures?.length ?? 0;
  const setting = {
    readings,
    bytesPerReading,
    batchSize,
    windows: windows.length,
    seconds,
    unicorns,
    measures,
    rounds,
  };
  printReport(foldingReport(machine, setting, results), asJson);
}

/** A shard's windows in batches as Lambda hands them over: strings that came out of JSON, none of them of two windows. */
function makeWindows(count: number, batchSize: number): { windows: WindowBatches[]; bytesPerReading: number } {
  const startMs = Date.parse('2026-11-02T12:00:00Z');
  const readings = new Readings({ seed: 2, unicorns, keying: 'name', fields });
  const byWindow = new Map<number, StreamRecord[]>();
  let bytes = 0;
  for (let number = 0; number < count; number += 1) {
    const arrivalMs = startMs + number * (1000 / readingsPerSecond);
    const { data, partitionKey } = readings.next(arrivalMs);
    const record = {
      sequenceNumber: `4966${String(number).padStart(52, '0')}`,
      ...{ data: data.toString('base64'), partitionKey, arrivalMs },
    };
    const window = byWindow.get(windowStart(arrivalMs, seconds));
    if (window === undefined) byWindow.set(windowStart(arrivalMs, seconds), [record]);
    else window.push(record);
    bytes += data.length;
  }
  const windows = Array.from(byWindow.values(), (records) => {
    const batches = Array.from({ length: Math.ceil(records.length / batchSize) }, (_, batch) =>
      records.slice(batch * batchSize, (batch + 1) * batchSize),
    );
    return batches.map((each) => ({ shardId: 'shardId-000000000000', records: each }));
  });
  return {
    windows: JSON.parse(JSON.stringify(windows)) as WindowBatches[],
    bytesPerReading: Math.round(bytes / count),
  };
}
