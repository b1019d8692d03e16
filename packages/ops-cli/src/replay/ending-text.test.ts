import type { DeployedSource } from '@tidemark/core/deployment';
import type { Report, UndoReport } from '@tidemark/core/replay/report';
import type { RunItem } from '@tidemark/core/replay/run';
import { stepErrors } from '@tidemark/core/replay/step-errors';
import { expect, test } from 'vitest';
import type { Terminal } from '../terminal.ts';
import { exitCodeOf, plainError } from './ending.ts';
import { renderReportLine } from './ending-tables.ts';
import { renderEnding } from './ending-text.ts';
import { endedJson } from './json.ts';
import { renderRuns } from './list-text.ts';
import type { FoundRun } from './runs.ts';

const run = '20261120T060000Z-0a1b2c3d';
const startedMs = Date.parse('2026-11-20T06:00:00Z');
const web = { name: 'web', bucket: 'data', window: { seconds: 60, function: 'w' } } as unknown as DeployedSource;
const verified: RunItem = {
  ...{ Kind: 'replay', Verify: true, Generation: 3, From: 'trim-horizon', Execution: 'arn', Phase: 'ended' },
  ...{ StartedMs: startedMs, EndedMs: startedMs + 720_000, FirstMs: Date.parse('2026-11-19T08:00:00Z') },
  Compared: { Equal: 12_300, Different: 45, Undecided: 3, UndecidedClosed: 1 },
  ReportKey: `replay/web/${run}/report.json`,
  Outcome: 'different',
};
const report: Report = {
  ...{ run, source: 'web', generation: 3, outcome: 'different', first: { '1m': '2026-11-19T08:00:00Z' } },
  compared: { Equal: 12_300, Different: 45, Undecided: 3, UndecidedClosed: 1 },
  series: [
    { name: 'sign-in', size: '1m', different: 2, events: -14 },
    { name: 'page view', size: '1h', different: 43, events: 1_200 },
    { name: 'a\u001b[2J'.repeat(30), size: 'w60', different: 1, events: 0 },
  ],
  parts: [`replay/web/${run}/differences/0-00000.jsonl`],
  remarks: ['Windows are compared.'],
};
const found = (changes: Partial<RunItem>): FoundRun => ({ source: web, run, item: { ...verified, ...changes } });
const target = {
  stage: 'dev',
  client: { maxAttempts: 1 },
  endpoint: 'http://127.0.0.1:1',
  sources: [web],
  nowMs: async () => 0,
};
const terminal = (columns: number): Terminal => ({
  ...{ write: () => {}, note: () => {}, live: false, interactive: false, columns },
  interruption: () => new AbortController().signal,
});

test('a verification that found something', () => {
  expect(renderEnding(found({}), { report }, target, terminal(80))).toMatchInlineSnapshot(`
    "web: verification 20261120T060000Z-0a1b2c3d: there are differences; nothing was
        changed
      compared 12,348 partials in buckets from 2026-11-19T08:00:00Z on, one a
        series, bucket and shard
      12,300 equal, 45 different, 3 undecided (2 of buckets that were still open, 1
        others)
      took 12 min, ended 2026-11-20T06:12:00Z

      series                                          size  different  events
      ──────────────────────────────────────────────  ────  ─────────  ──────
      page view                                       1h           43  +1,200
      sign-in                                         1m            2     -14
      a\\u001b[2Ja\\u001b[2Ja\\u001b[2Ja\\u001b[2Ja\\u00…  w60           1       0

      Windows are compared.
      A window that is still open is undecided. Rows of windows of another length
        than 60 s are not compared.
      Report: s3://data/replay/web/20261120T060000Z-0a1b2c3d/report.json
      Each of them:
        tidemark --local replay status 20261120T060000Z-0a1b2c3d --differences
      What to make of it: docs/operating/runbook.md, "Replay: different"
      Repair them: tidemark --local replay start --source web --from trim-horizon
    "
  `);
});

test('a replay that switched', () => {
  const { Verify: _, ...item } = verified;
  const switched: RunItem = {
    ...item,
    ...{ Outcome: 'switched', Reason: 'lost batches', HeldFromMs: startedMs, HeldUntilMs: startedMs + 103_000 },
    Corrected: { Data: 23, Calls: 1, TooOld: 4, TooNew: 0, NotCorrectable: 1 },
  };
  const ended = { source: web, run, item: switched };
  expect(renderEnding(ended, { report: { ...report, series: [] } }, target, terminal(120))).toMatchInlineSnapshot(`
    "web: replay 20261120T060000Z-0a1b2c3d: switched to generation 3
      reason: lost batches
      compared 12,348 partials in buckets from 2026-11-19T08:00:00Z on, one a series, bucket and shard
      12,300 equal, 45 different, 3 undecided (2 of buckets that were still open, 1 others)
      counting was held for 1 min 43 s
      corrected 23 data points in CloudWatch; not corrected there: 4 too old, 1 that no statistic set can express
      took 12 min, ended 2026-11-20T06:12:00Z

      Windows are compared.
      A window that is still open is undecided. Rows of windows of another length than 60 s are not compared.
      Report: s3://data/replay/web/20261120T060000Z-0a1b2c3d/report.json
      Each of them: tidemark --local replay status 20261120T060000Z-0a1b2c3d --differences
      Take it back: tidemark --local replay undo 20261120T060000Z-0a1b2c3d
    "
  `);
  const undone = { ...ended, item: { ...switched, UndoneBy: '20261120T070000Z-0a1b2c3d' } };
  const text = renderEnding(undone, {}, target, terminal(120));
  expect(text).toContain('was undone by run 20261120T070000Z-0a1b2c3d');
  expect(text).not.toContain('replay undo');
  expect(text).toContain('The report is not there any more.');
});

test('an undo, with what stays', () => {
  const undo: UndoReport = {
    ...{ run, source: 'web', undoes: '20261120T050000Z-0a1b2c3d' },
    givenBack: [{ size: '1h', from: '2026-11-19T08:00:00.000Z', to: null, generation: 0 }],
    stays: [
      { size: '1h', from: '2026-11-20T05:00:00.000Z', to: '2026-11-20T07:00:00.000Z', reason: 'counted-since' },
      { size: '1m', from: '2026-11-20T05:01:00.000Z', to: null, reason: 'too-many-runs' },
    ],
  };
  const { Compared: _, FirstMs: __, From: ___, Verify: ____, ...rest } = verified;
  const item: RunItem = { ...rest, Kind: 'undo', Outcome: 'undone', Undoes: undo.undoes, GivenBack: 1, Stays: 3 };
  expect(renderEnding({ source: web, run, item }, { undo }, target, terminal(80))).toMatchInlineSnapshot(`
    "web: undo 20261120T060000Z-0a1b2c3d: undone
      given back 1 range of run 20261120T050000Z-0a1b2c3d; 3 buckets stay as they
        are
      took 12 min, ended 2026-11-20T06:12:00Z

      Stay, since events were counted into them after the switch:
      size  from                  to before
      ────  ────────────────────  ────────────────────
      1h    2026-11-20T05:00:00Z  2026-11-20T07:00:00Z

      Stay, since they lie in more than a hundred pieces, of which the longest are
      given back:
      size  from                  to before
      ────  ────────────────────  ─────────
      1m    2026-11-20T05:01:00Z

      Report: s3://data/replay/web/20261120T060000Z-0a1b2c3d/report.json
      What that means: docs/operating/runbook.md, "Replay: buckets stay"
    "
  `);
});

test.each([...stepErrors])('one that failed with %s names the heading that helps', (name) => {
  const text = renderEnding(found({ Outcome: 'failed', Error: `${name}: it did` }), {}, target, terminal(120));
  expect(text).toContain('failed before the switch: the counts are as they were, and counting goes on');
  expect(text).toContain(`see docs/operating/runbook.md, "Replay: ${name}"`);
});

test.each([
  [{ Outcome: 'equal' }, 0, /all is equal, and nothing was changed/],
  [{ Outcome: 'different' }, 3, /there are differences; nothing was changed/],
  [
    { Outcome: 'different', Compared: { Equal: 1, Different: 0, Undecided: 2, UndecidedClosed: 1 } },
    3,
    /not everything could be decided/,
  ],
  [{ Outcome: 'failed', Error: 'PipeFailed: CREATE_FAILED' }, 1, /runbook.md, "Replay: PipeFailed"$/m],
  [{ Outcome: 'failed', Error: 'States.Timeout: late' }, 1, /runbook.md, "Replay"$/m],
  [
    { Outcome: 'aborted', Error: 'execution stopped: TIMED_OUT' },
    1,
    /given up before the switch[\s\S]*"Replay: execution stopped"/,
  ],
  [{ Outcome: 'cancelled', Error: 'execution stopped: ABORTED' }, 1, /cancelled: the counts are as they were/],
  [
    { Outcome: 'switched', Error: 'execution stopped: ABORTED' },
    0,
    /switched to generation 3[\s\S]*execution stopped: ABORTED/,
  ],
  [{ Outcome: 'undone' }, 0, /undone/],
] as const)('%j', (changes, exitCode, text) => {
  expect(exitCodeOf(found(changes))).toBe(exitCode);
  expect(renderEnding(found(changes), {}, target, terminal(200))).toMatch(text);
});

test.each([
  ['Stalled: {"errorType":"Stalled","errorMessage":"not \\"moved\\"","trace":["a"]}', 'Stalled: not "moved"'],
  ['{"errorMessage":"late","trace":["cut of', 'late'],
  ['Stalled: {"errorMessage":"cut of', 'Stalled: {"errorMessage":"cut of'],
  ['PipeFailed: CREATE_FAILED: no rights', 'PipeFailed: CREATE_FAILED: no rights'],
  ['execution stopped: ABORTED', 'execution stopped: ABORTED'],
])('%s is told as %s', (error, text) => {
  expect(plainError(error)).toBe(text);
});

test('one that goes on is no failure', () => {
  const { Outcome: _, ...item } = verified;
  expect(exitCodeOf({ item })).toBe(0);
});

test('a program is told what applies', () => {
  expect(endedJson(found({}), { report })).toEqual({
    ...{ run, source: 'web', kind: 'replay', verify: true, generation: 3, from: 'trim-horizon' },
    ...{ started: '2026-11-20T06:00:00Z', ended: '2026-11-20T06:12:00Z', phase: 'ended', outcome: 'different' },
    ...{ firstBucket: '2026-11-19T08:00:00Z', report: `s3://data/replay/web/${run}/report.json`, execution: 'arn' },
    compared: { equal: 12_300, different: 45, undecided: 3, undecidedClosed: 1 },
    ...{ series: report.series, parts: report.parts, remarks: report.remarks },
  });
});

const content = { events: 1_234, lastSequence: '49590338271490256608559692538361571095921575989136588898' };
test.each([
  [
    { live: content, recount: { ...content, events: 1_230 } },
    /counted 1,234 \(up to 989136588898\), recounted 1,230 \(/,
  ],
  [{ live: content, recount: null }, /counted 1,234 \(up to 989136588898\), recounted nothing$/],
  [{ live: content, recount: content }, /counted and recounted 1,234 \(up to 989136588898\), with other measures$/],
])('a line of the report', (sides, text) => {
  const line = {
    verdict: 'different',
    name: 'a\u001bb',
    size: 'w60',
    start: '2026-11-19T08:00:00Z',
    slice: '3',
  } as const;
  const rendered = renderReportLine({ ...line, ...sides });
  expect(rendered).toMatch(/^different {2}a\\u001bb {2}60 s 2026-11-19T08:00:00Z {2}3 {2}/);
  expect(rendered.trimEnd()).toMatch(text);
});

test('a list has as many columns as there is room for', () => {
  const runs = [found({ Reason: 'weekly' }), found({ Outcome: 'switched', From: startedMs })];
  expect(renderRuns(runs, 'replay', startedMs, 160)).toMatchInlineSnapshot(`
    "run                        source  kind          outcome    differ  undecided  range                              took  reason
    ─────────────────────────  ──────  ────────────  ─────────  ──────  ─────────  ───────────────────────────────  ──────  ──────
    20261120T060000Z-0a1b2c3d  web     verification  different      45          3  2026-11-19T08:00:00Z to the tip  12 min  weekly
    20261120T060000Z-0a1b2c3d  web     verification  switched       45          3  2026-11-19T08:00:00Z to the tip  12 min
    "
  `);
  expect(renderRuns(runs, 'replay', startedMs, 80)).toMatchInlineSnapshot(`
    "run                        source  kind          outcome    differ  undecided
    ─────────────────────────  ──────  ────────────  ─────────  ──────  ─────────
    20261120T060000Z-0a1b2c3d  web     verification  different      45          3
    20261120T060000Z-0a1b2c3d  web     verification  switched       45          3
    "
  `);
  expect(renderRuns(runs, 'replay', startedMs, 60)).toMatchInlineSnapshot(`
    "run                        kind          outcome    differ
    ─────────────────────────  ────────────  ─────────  ──────
    20261120T060000Z-0a1b2c3d  verification  different      45
    20261120T060000Z-0a1b2c3d  verification  switched       45
    "
  `);
});
