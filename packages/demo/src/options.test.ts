import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeployedSource } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import { checkForSource, checkPaths, countingOptions, demoCommand, demoOptions, pacedOptions } from './options.ts';

function parsed(...argv: string[]) {
  const command = demoCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(argv, { from: 'user' });
  return demoOptions(command);
}

test.each([
  [[], { events: 50_000, seed: 1, speed: 10_000, rebase: false, json: false }],
  [['--events', '500000', '--seed', '7'], { events: 500_000, seed: 7, speed: 100_000 }],
  [['--events', '100', '--speed', '10'], { events: 100, speed: 10 }],
  [
    ['--file', 'a.jsonl', '--rebase', '--json'],
    { file: 'a.jsonl', events: undefined, speed: undefined, rebase: true, json: true },
  ],
  [['--export', 'a.csv', '--bucket', '5m', '--source', 'web'], { export: 'a.csv', bucket: '5m', source: 'web' }],
])('%j', (argv, options) => {
  const { events, speed, ...rest } = countingOptions(parsed(...argv));
  expect({ events, speed, ...rest }).toMatchObject(options);
});

test.each([
  [['--events', '0'], 'whole number'],
  [['--events', '5', '--file', 'x'], "cannot be used with option '--file <path>'"],
  [['--seed', '5', '--file', 'x'], "cannot be used with option '--file <path>'"],
  [['--bucket', '2m'], 'Allowed choices'],
  [['events.jsonl'], 'too many arguments'],
  [['--incident', '--file', 'x'], "'--incident' cannot be used with option '--file <path>'"],
  [['--incident', '--export', 'x'], "'--incident' cannot be used with option '--export <path>'"],
  [['--incident', '--events', '5'], "'--incident' cannot be used with option '--events <n>'"],
  [['--incident', '--seed', '5'], "'--incident' cannot be used with option '--seed <n>'"],
  [['--incident', '--rebase'], "'--incident' cannot be used with option '--rebase'"],
  [['--incident', '--source', 'web'], "'--incident' cannot be used with option '--source <name>'"],
  [['--incident', '--speed', '5'], "'--incident' cannot be used with option '--speed <events>'"],
  [['--incident', '--pace', '5'], "'--incident' cannot be used with option '--pace <factor>'"],
  [['--incident', '--bucket', '1h'], "'--incident' cannot be used with option '--bucket <size>'"],
  [['--incident', '--assembly', 'x'], "'--incident' cannot be used with option '--assembly <dir>'"],
])('%j is called wrongly', (argv, message) => {
  expect(() => parsed(...argv)).toThrow(message);
});

test.each(['0', '-60', 'fast', '', '3601', 'Infinity'])('--pace %j is no pace', (pace) => {
  expect(() => parsed('--pace', pace)).toThrow('Expected a number above zero, 3600 (an hour a second) at most');
});

test.each([
  [['--rebase'], /--rebase shifts the times of a --file/],
  [['--file', '-', '--rebase'], /expected a --file with a path/],
  [['--file', '/absent.jsonl'], /absent.jsonl cannot be read/],
  [['--export', '/absent/a.csv'], /--export: \/absent\/a.csv cannot be written \(ENOENT\)/],
  [['--export', tmpdir()], /cannot be written \(EISDIR\)/],
])('%j is refused before anything is started', async (argv, message) => {
  await expect(checkPaths(parsed(...argv))).rejects.toThrow(message);
});

type One = Pick<DeployedSource, 'name' | 'buckets' | 'window'>;
const deployed: One = { name: 'web', buckets: ['1m', '1h'] };
const windowed: One = { name: 'rides', buckets: [], window: { seconds: 60, function: 'window' } };
const source = (one: One): DeployedSource => ({
  ...{
    position: 0,
    stream: '',
    streamArn: '',
    seriesTable: '',
    controlTable: '',
    bucket: '',
    publish: '',
    dashboard: '',
  },
  ...{ event: { name: ['Name'], time: ['StatusTime'] } },
  ...one,
});

test.each([
  [['--pace', '60'], deployed, /--pace: source web has no window; --speed/],
  [['--bucket', '5m'], deployed, /--bucket: source web counts no 5m; expected one of: 1m, 1h/],
  [['--speed', '10'], windowed, /--speed: source rides has a window.*expected --pace/],
  [['--rebase', '--file', 'a'], windowed, /--rebase: source rides has a window.*none needs to be shifted/],
  [['--bucket', '1h'], windowed, /--bucket: source rides counts no 1h; it has a window only/],
])('%j makes no sense with that source', (argv, one, message) => {
  expect(() => checkForSource(parsed(...argv), source(one))).toThrow(message);
});

test.each([
  [['--speed', '10', '--file', 'a', '--rebase', '--bucket', '1m'], deployed],
  [['--pace', '0.5', '--events', '10'], windowed],
  [['--pace', '3600', '--bucket', '1h'], { ...windowed, buckets: ['1h'] satisfies One['buckets'] }],
])('%j makes sense with that source', (argv, one) => {
  expect(() => checkForSource(parsed(...argv), source(one))).not.toThrow();
});

test('readings for windows are sent sixty times as fast as their own times say', () => {
  expect(pacedOptions(parsed())).toMatchObject({ pace: 60 });
  expect(pacedOptions(parsed('--pace', '0.5'))).toMatchObject({ pace: 0.5 });
});

test('a file that can be written is left as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-export-'));
  const [old, made] = [join(folder, 'old.csv'), join(folder, 'made.csv')];
  await writeFile(old, 'kept');
  for (const path of [old, made]) await checkPaths(parsed('--export', path));
  expect(await readFile(old, 'utf8')).toBe('kept');
  expect(await readdir(folder)).toEqual(['old.csv']);
  await rm(folder, { recursive: true });
});

test('an incident is shown when it is asked for', () => {
  expect(parsed().incident).toBe(false);
  expect(parsed('--incident', '--json')).toMatchObject({ incident: true, json: true });
});

test('help', () => {
  expect(demoCommand().configureHelp({ helpWidth: 100 }).helpInformation()).toMatchInlineSnapshot(`
    "Usage: demo [options]

    Count an event stream end to end on this machine: start the local engine on the synthesized stack,
    put events on the stream while counting runs, and compare every count with what was sent.

    Options:
      --events <n>      how many events to generate (default: 50000; for a source with a window, ten
                        minutes of five unicorns)
      --seed <n>        seed of the generator (default: 1)
      --file <path>     JSON lines of your own, one event a line; lines that are no good events are sent
                        too, and belong in the quarantine
      --rebase          shift the times of the file by whole days, so that the newest lies in the last
                        24 hours
      --source <name>   the source to send to (default: the first)
      --speed <events>  events a second at most (default: generated events in 5 s, a file as fast as it
                        goes)
      --pace <factor>   for a source with a window: how many times as fast as their own times say
                        readings are sent (default: 60)
      --export <path>   write the counts, or the windows, as CSV for a spreadsheet
      --bucket <size>   bucket size to show and export (default: 1h) (choices: "1m", "5m", "15m", "1h",
                        "1d")
      --assembly <dir>  the cloud assembly to run (default: that of tidemark.config.ts)
      --incident        show an incident instead: page views fall, an alarm turns on, one tier after the
                        other is told, somebody answers, and page views are back
      --json            print one JSON object: sent, counted, redelivered, quarantined, rows,
                        mismatches, seconds (--incident: what has happened, and whether that is what
                        must have)
      -h, --help        display help for command
    "
  `);
});
