/**
 * What replays take: how fast a shard is recounted and what live counting has of it meanwhile, how long the histories of executions grow, what
 * a million records cost, and that the hold does not grow with the table.
 *
 *     npx -y pnpm@12 bench replay [--quick] [--json]
 */
import { parseArgs } from 'node:util';
import { describeMachine } from '@tidemark/core/bench/machine';
import { printReport } from '@tidemark/core/bench/report';
import { costOf } from './replay/cost.ts';
import { type HistoryFound, historyOf } from './replay/history.ts';
import { type HoldFound, holdOf } from './replay/hold.ts';
import { replayReport } from './replay/replay-report.ts';
import { type SpeedFound, speedOf } from './replay/speed.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const { quick } = values;

/** A shard takes a thousand records in a second, of a kilobyte, or as many small ones. */
const speeds = [
  { recordBytes: 1000, liveRecordsASecond: 450, backlogSeconds: 30, seconds: quick ? 10 : 20 },
  { recordBytes: 200, liveRecordsASecond: 900, backlogSeconds: quick ? 60 : 100, seconds: quick ? 10 : 20 },
];
const backlogs = [
  { title: 'a day, caught up in an hour', behindHours: 24, pace: 25 },
  quick
    ? { title: 'half a day, caught up in half a day', behindHours: 12, pace: 2 }
    : { title: 'a week, caught up in a week', behindHours: 168, pace: 2 },
];
const sizes = quick ? [500, 5_000] : [2_000, 50_000];

const machine = describeMachine();
const found = { speeds: [] as SpeedFound[], histories: [] as HistoryFound[], holds: [] as HoldFound[] };
for (const speed of speeds) {
  process.stderr.write(`  speed: records of ${speed.recordBytes} bytes\n`);
  found.speeds.push(await speedOf(speed));
}
for (const backlog of backlogs) {
  process.stderr.write(`  history: ${backlog.title}\n`);
  found.histories.push(await historyOf(backlog));
}
process.stderr.write('  cost\n');
const cost = await costOf(quick ? { warmUpSeconds: 10, seconds: 60 } : { warmUpSeconds: 60, seconds: 120 });
for (const partials of sizes) {
  process.stderr.write(`  hold: ${partials} partials\n`);
  found.holds.push(await holdOf(partials));
}
printReport(replayReport(machine, { ...found, cost }), values.json);
