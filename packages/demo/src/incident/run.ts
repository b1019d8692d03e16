import type { DeployedSource } from '@tidemark/core/deployment';
import { Tables } from '@tidemark/ops-cli/aws/dynamodb';
import { Kinesis } from '@tidemark/ops-cli/aws/kinesis';
import { Failure } from '@tidemark/ops-cli/failure';
import { chooseSource, engineTarget } from '@tidemark/ops-cli/target';
import { runCommand } from '../command.ts';
import type { DemoEngine } from '../engine.ts';
import { Metric } from '../metric.ts';
import { read as readCounts } from '../reading.ts';
import { judge } from '../verdict.ts';
import { alarmName, sourceName } from './configuration.ts';
import { type CourseOptions, type Deed, type Deeds, play } from './course.ts';
import { type Expectation, expectations } from './expectations.ts';
import { Pace } from './pace.ts';
import { Producer } from './producer.ts';
import { Reader, type Reading } from './reading.ts';
import { Watch } from './watch.ts';

/** What a run of the demo of an incident came to. */
export interface IncidentResult {
  readonly sent: number;
  /** Counts that were compared with what was sent. */
  readonly rows: number;
  /** The last. */
  readonly reading: Reading;
  readonly deeds: Deeds;
  readonly expectations: readonly Expectation[];
  /** What `tidemark incidents show` prints of the incident, for a reader and as JSON; absent where there is none. */
  readonly shown?: string;
  readonly incident?: unknown;
  /** Engine time at the beginning, milliseconds since the epoch. */
  readonly startMs: number;
  /** Of the wall, from the first event sent. */
  readonly seconds: number;
}

export interface IncidentRun {
  readonly signal: AbortSignal;
  /** Columns of whoever reads what is shown in the end. */
  readonly columns: number;
  readonly onReading: (reading: Reading) => void;
  readonly onDeed: (atMs: number, deed: Deed) => void;
}

/** Whether everything happened that must have. */
export function isAsExpected({ expectations }: IncidentResult): boolean {
  return expectations.every(({ wrong }) => wrong === undefined);
}

/** Plays the incident on an engine that runs the demo's own configuration, and whose clock stands still. */
export async function runIncident(engine: DemoEngine, run: IncidentRun): Promise<IncidentResult> {
  const beganMs = performance.now();
  // Where the course is over, or a part of it fails, the others have no reason to go on.
  const over = new AbortController();
  const signal = AbortSignal.any([run.signal, over.signal]);
  const startMs = engine.now();
  const target = await engineTarget(engine.endpoint, engine.stage, engine.region);
  const source = chooseSource(target, sourceName);
  const alarm = `${engine.stackName}-${sourceName}-${alarmName}`;
  const reader = new Reader({ target, endpoint: engine.endpoint, alarm, startMs, now: engine.now });
  const tables = new Tables(target.client);
  const kinesis = new Kinesis(target.client);
  const metric = new Metric(target.client, source);
  const pace = new Pace(engine);
  const producer = new Producer({ engine, source, put: kinesis.putRecords(source.stream), pace, signal });
  const watch = new Watch({ read: () => reader.read(), onReading: run.onReading, signal });
  try {
    engine.clock.scale(1);
    const failed = engine.failed.then((error) => Promise.reject(new Failure(`The engine failed: ${error.message}`)));
    const course: CourseOptions = { ...{ engine, producer, pace, reader, watch, signal }, onDeed: run.onDeed };
    const deeds = await Promise.race([played(course), watch.run(), failed]);
    pace.stop();
    engine.clock.scale(1);
    const reading = await reader.read();
    run.onReading(reading);
    const counts = await compared(engine, { tables, metric, source, producer });
    const found = reading.incidents[0]?.incident;
    return {
      ...{ sent: producer.expectation.sent, rows: counts.rows, reading, deeds, startMs },
      expectations: expectations({ reading, deeds, counts }),
      ...(found === undefined ? {} : await shown(engine, found, run.columns)),
      seconds: (performance.now() - beganMs) / 1000,
    };
  } finally {
    over.abort();
    pace.stop();
    for (const client of [reader, tables, kinesis, metric]) client.close();
  }
}

/** The course, with events coming in before, during and until after it: the last minute that was begun is sent whole. */
async function played(course: CourseOptions): Promise<Deeds> {
  const { producer, pace } = course;
  // An alarm that is looked at before there is anything to see turns on.
  await pace.standing(() => producer.before());
  pace.start();
  const end = new AbortController();
  const [deeds] = await Promise.all([play(course).finally(() => end.abort()), producer.run(end.signal)]);
  return deeds;
}

interface Comparing {
  readonly tables: Tables;
  readonly metric: Metric;
  readonly source: DeployedSource;
  readonly producer: Producer;
}

async function compared({ now }: DemoEngine, { tables, metric, source, producer }: Comparing) {
  const { ledger } = await readCounts({ tables, metric, source, size: '1m', now });
  return judge(tables, source, producer.expectation, ledger, now());
}

async function shown(engine: DemoEngine, incident: string, columns: number) {
  const show = ['incidents', 'show', incident];
  const [text, json] = [
    await runCommand(engine, show, { columns }),
    await runCommand(engine, [...show, '--json'], { columns }),
  ];
  if (text.exitCode !== 0 || json.exitCode !== 0) throw new Failure(`tidemark ${show.join(' ')}: ${text.error}`);
  return { shown: text.out, incident: JSON.parse(json.out) as unknown };
}
