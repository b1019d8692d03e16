import { expect, test } from 'vitest';
import type { Reading } from './reading.ts';
import { renderLine, renderMoment } from './view.ts';
import type { Moment } from './watch.ts';

const startMs = Date.parse('2026-11-02T09:00:00Z');
const total = (name: string, hours: number, count: number) => ({
  name,
  size: '1h' as const,
  startMs: startMs + hours * 3_600_000,
  count,
});
const moment: Moment<Reading> = {
  sent: 50_000,
  toSend: 50_000,
  sending: false,
  seconds: 4.25,
  sentPerSecond: 9_876.5,
  countedPerSecond: 4_321,
  reading: {
    ledger: {
      Received: 30_000,
      Counted: 29_900,
      Quarantined: 100,
      Malformed: 99,
      TooOld: 0,
      TooNew: 1,
      OverCap: 0,
      Redelivered: 7,
    },
    isBalanced: true,
    totals: [total('purchase', 0, 4), total('page view', 0, 100), total('page view', 2, 300), total('\u001b[2J', 2, 1)],
    // More than the ledger has: a batch is being written.
    inTable: 34_900,
    metric: new Map([['page view', 250]]),
    settled: 300,
    unpublished: 50,
  },
};

test('the picture on a terminal', () => {
  expect(renderMoment(moment, 'Tidemark', '1h', 100)).toMatchInlineSnapshot(`
    "Tidemark

    sent          50,000  ████████████████████████ 100 %  9,877/s
    counted       35,000  █████████████████░░░░░░░ 70 %  4,321/s
              = 34,900 into buckets + 100 into quarantine
              redelivered 7; 4.3 s

    series     table  CloudWatch  every 1h to 11-02T12:00Z  busiest
    ─────────  ─────  ──────────  ────────────────────────  ────────────────────────
    page view    400         250  ▃ █                       300 at 2026-11-02T11:00Z
    purchase       4           0  █                         4 at 2026-11-02T09:00Z
    \\u001b[2J      1           0    █                       1 at 2026-11-02T11:00Z
    "
  `);
});

test.each([40, 60, 80, 100, 140])('the picture fits %i columns', (columns) => {
  const name = 'a name that is longer than any column';
  const reading = moment.reading && {
    ...moment.reading,
    totals: [...moment.reading.totals, total(name, 1, 1_000_000)],
  };
  const picture = renderMoment({ ...moment, reading }, 'Tidemark', '1h', columns);
  for (const line of picture.split('\n')) expect(line.length).toBeLessThanOrEqual(Math.max(columns, 56));
});

test('the line where nothing can be drawn in place', () => {
  expect(renderLine(moment)).toMatchInlineSnapshot(`
    "   4.3 s  sent 50,000 (9,877/s)  counted 35,000 (4,321/s), 100 of them into quarantine  published 250
    "
  `);
});

test('before anything is read, of a file whose length nobody knows', () => {
  const { toSend, reading, ...rest } = moment;
  expect(
    renderMoment({ ...rest, toSend: undefined, reading: undefined, sending: true }, 'Tidemark', '1h', 100),
  ).toMatch(/sent +50,000 {2}9,877\/s\ncounted +0/);
});
