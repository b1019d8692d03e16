import type { WindowTotal } from '@tidemark/core/series/window-total';
import { expect, test } from 'vitest';
import type { Moment } from '../watch.ts';
import type { WindowReading } from './reading.ts';
import { renderLine, renderMoment, renderPlan, type Scene } from './view.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const figures = (average: number, count: number) => ({
  ...{ count, sum: average * count, minimum: average - 1, maximum: average + 1, average },
});
const window = (name: string, minute: number, records: number, health = 300): WindowTotal => ({
  ...{ name, startMs: startMs + minute * 60_000, endMs: startMs + (minute + 1) * 60_000, records },
  measures: new Map([
    ['distance', figures(30 + minute / 100, records)],
    ['health', figures(health, records)],
    ['depth', figures(-20 * minute, records)],
  ]),
});
const scene: Scene = {
  title: 'Tidemark',
  ...{ seconds: 60, measures: ['distance', 'health'], pace: 60, firstMs: startMs, nowMs: startMs + 272_000 },
};
const minutes = [0, 1, 2, 3, 4];
const moment: Moment<WindowReading> = {
  ...{ sent: 1_360, toSend: 2_850, sending: true, seconds: 4.25, sentPerSecond: 297.5, countedPerSecond: 280 },
  reading: {
    ledger: {
      ...{ Received: 1_120, Counted: 1_110, Quarantined: 10, Malformed: 10 },
      ...{ TooOld: 0, TooNew: 0, OverCap: 0, Redelivered: 7 },
    },
    isBalanced: true,
    windows: [
      ...minutes.map((minute) => window('Bayard', minute, 60)),
      ...minutes.map((minute) => window('Grani', minute, 60, minute === 3 ? 90 : 300)),
      ...[0, 1, 2].map((minute) => window('Xanthos', minute, minute === 2 ? 30 : 60)),
      window('\u001b[2J', 4, 1),
    ],
    ...{ inTable: 751, published: 100, toPublish: 200 },
  },
};

test('the picture on a terminal', () => {
  expect(renderMoment(moment, scene, 100)).toMatchInlineSnapshot(`
    "Tidemark

    clock   2026-11-02 09:04:32, 60 times as fast
    sent           1,360  ███████████░░░░░░░░░░░░░ 47 %  298/s
    counted          761  ██████░░░░░░░░░░░░░░░░░░ 26 %  280/s
              = 751 into windows + 10 into quarantine
              redelivered 7; 4.3 s

    name       readings   09:04  every 60 s    distance                health                depth
    ─────────  ────────  ──────  ────────────  ────────  ────────────  ──────  ────────────  ─────
    Bayard          300      60         █████     30.04         █████     300         █████    -80
    Grani           300      60         █████     30.04         █████     300         ███▃█    -80
    Xanthos         150  silent         ██▄                     ███                   ███
    \\u001b[2J         1       1             █     30.04             █     300             █    -80
    "
  `);
});

test.each([40, 56, 60, 80, 100, 140])('the picture fits %i columns, and a screen of 24 lines', (columns) => {
  const reading = moment.reading && {
    ...moment.reading,
    windows: [
      ...moment.reading.windows,
      ...Array.from({ length: 40 }, (_, minute) => window('a name that is longer than any column', minute, 1_000_000)),
      ...Array.from({ length: 30 }, (_, index) => window(`one of many, ${index}`, 4, 60)),
    ],
  };
  const lines = renderMoment({ ...moment, reading }, { ...scene, seconds: 60 }, columns).split('\n');
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(Math.max(columns, 56));
  expect(lines.length).toBeLessThanOrEqual(22);
  expect(lines).toContain('and 27 more');
});

test('measures leave where there is no room for them', () => {
  expect(renderMoment(moment, scene, 60)).toMatch(/^Bayard .*30\.04/m);
  expect(renderMoment(moment, scene, 40)).not.toMatch(/30\.04/);
});

test('the line where nothing can be drawn in place', () => {
  expect(renderLine(moment, scene)).toMatchInlineSnapshot(`
    "   4.3 s  clock 09:04:32  sent 1,360  counted 761, 10 of them into quarantine  rows 14
    "
  `);
});

test('the line of another day than the first', () => {
  const nextDay = { ...scene, nowMs: startMs + 86_400_000 };
  expect(renderLine(moment, nextDay)).toContain('  clock 2026-11-03 09:00:00  sent ');
});

test('at their own speed', () => {
  expect(renderMoment(moment, { ...scene, pace: 1 }, 100)).toContain('\nclock   2026-11-02 09:04:32\n');
});

test.each([
  [599_000, 60, '9 min 59 s of readings, 60 times as fast: 10 s at least'],
  [777_600_000, 60, '9 d of readings, 60 times as fast: 3 h 36 min at least'],
  [30_000, 1, '30 s of readings, as fast as they were taken: 30 s at least'],
  [30_000, 0.5, '30 s of readings, 0.5 times as fast: 1 min at least'],
  [0, 60, 'readings of one moment'],
])('readings of %d ms at a pace of %d', (spanMs, pace, said) => {
  expect(renderPlan({ firstMs: startMs, lastMs: startMs + spanMs }, pace)).toBe(said);
});

test('before anything is read', () => {
  const { reading, ...rest } = moment;
  expect(renderMoment({ ...rest, reading: undefined }, scene, 100)).toMatch(
    /sent .*47 %.*\ncounted +0 .*\n.*\n.*4\.3 s\n\n$/,
  );
});
