import { describe, expect, it } from 'vitest';
import { ConfigurationError, resolveTidemark } from './resolve.ts';

const event = { name: 'event_type', time: 'utc_timestamp' };
const measures = { distance: 'Distance' };
const someMeasures = "expected measures by their names, such as { distance: 'Distance' }";
const aMeasure =
  'expected a letter, then letters and digits, 64 characters at most: rows and metrics are named after it';
const aLength = 'expected a whole number from 1 to 900, the longest tumbling window that Lambda has';
const aField = "expected a field such as 'event_type', a path such as 'detail.type', or its keys as an array";
const aTimeout =
  'expected a whole number from 15 to 900: a function stops its requests before its timeout, and a retried one must fit';
const ofFunction =
  'memoryMb, timeoutSeconds, batchSize, batchWindowSeconds, bisectOnError, retries, maximumRecordAgeSeconds, reservedConcurrency, architecture, logLevel, logRetentionDays, parallelizationFactor, startingPosition';

/** A configuration of one source, `web`, that holds `more` beside its event. */
function web(more: Record<string, unknown>): unknown {
  return { sources: { web: { event, ...more } } };
}

/** A window of these measures. */
function measuring(measures: unknown): unknown {
  return web({ window: { seconds: 60, measures } });
}

// biome-ignore format: one row a mistake
const mistakes: readonly (readonly [mistake: string, input: unknown, message: string])[] = [
  ['a window that is none', web({ window: 60 }), `sources.web.window: 60 is not an object; expected { seconds, measures, ${ofFunction} }`],
  ['a window of nothing', web({ window: { seconds: 60 } }), `sources.web.window.measures: is missing; ${someMeasures}`],
  ['a window of no length', web({ window: { measures } }), `sources.web.window.seconds: is missing; ${aLength}`],
  ['an empty window', web({ window: { measures, seconds: 0 } }), `sources.web.window.seconds: 0 is not a length of a window in seconds; ${aLength}`],
  ['half a second', web({ window: { measures, seconds: 0.5 } }), `sources.web.window.seconds: 0.5 is not a length of a window in seconds; ${aLength}`],
  ['a window longer than Lambda has', web({ window: { measures, seconds: 901 } }), `sources.web.window.seconds: 901 is not a length of a window in seconds; ${aLength}`],
  ['a length with its unit', web({ window: { measures, seconds: '60s' } }), `sources.web.window.seconds: "60s" is not a length of a window in seconds; ${aLength}`],
  ['a slip in a window', web({ window: { measures, secnods: 60, seconds: 60 } }), 'sources.web.window.secnods: is not a known key; did you mean seconds?'],
  ['measures as a list', measuring(['distance']), `sources.web.window.measures: ["distance"] is not an object; ${someMeasures}`],
  ['no measures', measuring({}), 'sources.web.window.measures: holds 0 measures; expected from 1 to 10'],
  ['measures that are undefined', measuring({ distance: undefined }), 'sources.web.window.measures: holds 0 measures; expected from 1 to 10'],
  ['eleven measures', measuring(Object.fromEntries(Array.from('abcdefghijk', (name) => [name, 'x']))), 'sources.web.window.measures: holds 11 measures; expected from 1 to 10'],
  ['a measure of no field', measuring({ distance: '' }), `sources.web.window.measures.distance: "" is not a field; ${aField}`],
  ['a measure by a number', measuring({ distance: 1 }), `sources.web.window.measures.distance: 1 is not a field; ${aField}`],
  ['a hyphen in a measure', measuring({ 'magic-points': 'MagicPoints' }), `sources.web.window.measures.magic-points: "magic-points" is not a name of a measure; ${aMeasure}`],
  ['a measure that begins with a digit', measuring({ '2nd': 'x' }), `sources.web.window.measures["2nd"]: "2nd" is not a name of a measure; ${aMeasure}`],
  ['a letter of another alphabet', measuring({ höhe: 'x' }), `sources.web.window.measures["höhe"]: "höhe" is not a name of a measure; ${aMeasure}`],
  ['a measure without name', measuring({ '': 'x' }), `sources.web.window.measures[""]: "" is not a name of a measure; ${aMeasure}`],
  ['a measure of a long name', measuring({ ['m'.repeat(65)]: 'x' }), `sources.web.window.measures.${'m'.repeat(65)}: "${'m'.repeat(65)}" is not a name of a measure; ${aMeasure}`],
  ['a measure like the count', measuring({ EventCount: 'x' }), 'sources.web.window.measures.EventCount: "EventCount" is the metric that counts events; expected another name'],
  ['a measure like the count but for case', measuring({ eventCount: 'x' }), 'sources.web.window.measures.eventCount: "eventCount" is the metric that counts events; expected another name'],
  ['a measure like what objects inherit', measuring({ constructor: 'x' }), 'sources.web.window.measures.constructor: "constructor" is what every object of JavaScript has; expected another name'],
  ['two measures of one spelling', measuring({ distance: 'a', Distance: 'b' }), 'sources.web.window.measures.Distance: differs from "distance" in case alone; expected another name'],
  ['a measure where the name is', measuring({ distance: 'event_type' }), 'sources.web.window.measures.distance: "event_type" is the name, which is a string; expected a field that holds a number'],
  ['a measure inside the name', measuring({ distance: 'event_type.metres' }), 'sources.web.window.measures.distance: "event_type.metres" lies inside "event_type", which is the name; no event could have both'],
  ['a measure that holds the time', web({ event: { name: 'n', time: 'at.utc' }, window: { seconds: 60, measures: { at: 'at' } } }), 'sources.web.window.measures.at: "at.utc", which is the time, lies inside "at"; no event could have both'],
  ['a measure inside another', measuring({ whole: 'v', part: ['v', 'w.x'] }), 'sources.web.window.measures.part: ["v","w.x"] lies inside "v", which is the measure whole; no event could have both'],
  ['a time inside the name', web({ event: { name: 'a', time: 'a.b' } }), 'sources.web.event.time: "a.b" lies inside "a", which is the name; no event could have both'],
  ['a time of a revision inside the name', web({ revisions: [{ from: '2026-12-01T00:00:00Z', event: { name: 'a', time: 'a.b' } }] }), 'sources.web.revisions[0].event.time: "a.b" lies inside "a", which is the name; no event could have both'],
  ['a measure of a revision where its name is', web({ window: { measures, seconds: 60 }, revisions: [{ from: '2026-12-01T00:00:00Z', event, measures: { distance: 'event_type' } }] }), 'sources.web.revisions[0].measures.distance: "event_type" is the name, which is a string; expected a field that holds a number'],
  ['the name of a revision where a measure goes on', web({ window: { measures, seconds: 60 }, revisions: [{ from: '2026-12-01T00:00:00Z', event: { name: 'Distance', time: 'at' } }] }), 'sources.web.revisions[0].event.name: "Distance" is the measure distance, which is a number; expected a field that holds a string'],
  ['gathering for longer than a window', web({ window: { measures, seconds: 5, batchWindowSeconds: 6 } }), 'sources.web.window.batchWindowSeconds: 6 is not a number of seconds; expected a whole number from 0 to 5: a batch that is gathered for longer than a window only makes its rows late'],
  ['gathering for longer than Lambda does', web({ window: { measures, seconds: 900, batchWindowSeconds: 301 } }), 'sources.web.window.batchWindowSeconds: 301 is not a number of seconds; expected a whole number from 0 to 300'],
  ['a factor of a window', web({ window: { measures, seconds: 60, parallelizationFactor: 10 } }), 'sources.web.window.parallelizationFactor: 10 is not possible; expected 1: counting exactly once needs the records of a shard in order, in one invocation at a time; more shards count faster'],
  ['a start of a window at the tip', web({ window: { measures, seconds: 60, startingPosition: 'LATEST' } }), 'sources.web.window.startingPosition: "LATEST" is not possible; expected "TRIM_HORIZON": a replaced mapping must start at the oldest record, where fences skip what is counted already; elsewhere it would lose records'],
  ['little memory of a window', web({ window: { measures, seconds: 60, memoryMb: 255 } }), 'sources.web.window.memoryMb: 255 is not a memory size in MB; expected a whole number from 256 to 10,240'],
  ['a short timeout of a window', web({ window: { measures, seconds: 60, timeoutSeconds: 14 } }), `sources.web.window.timeoutSeconds: 14 is not a timeout in seconds; ${aTimeout}`],
  ['measures of a revision without window', web({ revisions: [{ from: '2026-12-01T00:00:00Z', event, measures }] }), 'sources.web.revisions[0].measures: {"distance":"Distance"} cannot stand without window: nothing would add them up'],
  ['measures of a revision, mistaken', web({ window: { measures, seconds: 60 }, revisions: [{ from: '2026-12-01T00:00:00Z', event, measures: { distance: [] } }] }), `sources.web.revisions[0].measures.distance: [] is not a field; ${aField}`],
  ['a measure of a revision, spelled otherwise', web({ window: { measures, seconds: 60 }, revisions: [{ from: '2026-12-01T00:00:00Z', event, measures: { DISTANCE: 'x' } }] }), 'sources.web.revisions[0].measures.DISTANCE: differs from "distance" in case alone; expected another name'],
  ['a measure spelled otherwise than in the revision before', web({ window: { measures, seconds: 60 }, revisions: [{ from: '2026-12-01T00:00:00Z', event, measures: { health: 'x' } }, { from: '2026-12-02T00:00:00Z', event, measures: { Health: 'x' } }] }), 'sources.web.revisions[1].measures.Health: differs from "health" in case alone; expected another name'],
  ['count without buckets', web({ window: { measures, seconds: 60 }, count: { memoryMb: 1024 } }), 'sources.web.count: {"memoryMb":1024} cannot stand without buckets: the function count is made for them alone'],
  ['count beside no bucket', web({ window: { measures, seconds: 60 }, buckets: [], count: {} }), 'sources.web.count: {} cannot stand without buckets: the function count is made for them alone'],
];

describe('a mistake', () => {
  it.each(mistakes)('%s', (_mistake, input, message) => {
    expect(() => resolveTidemark(input)).toThrow(new ConfigurationError([message]));
  });

  it('is shown beside every other', () => {
    const window = { seconds: 901, measures: { 'a-b': 1, c: 'c' }, batchSize: 0 };
    const revisions = [{ from: '2026-12-01T00:00:00Z', event, measures: {} }];
    expect(() => resolveTidemark(web({ window, revisions, count: {} }))).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: The configuration has 6 mistakes:
        sources.web.revisions[0].measures: holds 0 measures; expected from 1 to 10
        sources.web.window.seconds: 901 is not a length of a window in seconds; expected a whole number from 1 to 900, the longest tumbling window that Lambda has
        sources.web.window.measures.a-b: "a-b" is not a name of a measure; expected a letter, then letters and digits, 64 characters at most: rows and metrics are named after it
        sources.web.window.measures.a-b: 1 is not a field; expected a field such as 'event_type', a path such as 'detail.type', or its keys as an array
        sources.web.window.batchSize: 0 is not a batch size; expected a whole number from 1 to 10,000
        sources.web.count: {} cannot stand without buckets: the function count is made for them alone]
    `);
  });
});

describe('a source', () => {
  it('with a window has no buckets unless it names them', () => {
    const sourceOf = (more: Record<string, unknown>) => resolveTidemark(web(more)).sources[0];
    const window = { seconds: 60, measures };
    expect(sourceOf({ window })).toMatchObject({ buckets: [] });
    expect(sourceOf({ window, buckets: [] })).toMatchObject({ buckets: [] });
    expect(sourceOf({ window, buckets: ['1h'], count: { memoryMb: 1024 } })).toMatchObject({
      buckets: ['1h'],
      count: { memoryMb: 1024, batchSize: 10_000 },
      window: { seconds: 60 },
    });
  });

  it('may have a time for a measure, and fields side by side', () => {
    const event = { name: 'a.name', time: 'a.at' };
    const measures = { at: 'a.at', x: 'a.x', y: ['a.x'], z: 'ab' };
    expect(resolveTidemark(web({ event, window: { seconds: 60, measures } })).sources).toHaveLength(1);
  });

  it('of a window gets every default, and keeps the measures with the event', () => {
    const measures = { distance: 'Distance', health: 'points.health', magic: ['points', 'magic.all'] };
    const [source] = resolveTidemark(web({ window: { seconds: 60, measures } })).sources;
    expect(source?.window).toEqual({
      seconds: 60,
      memoryMb: 512,
      timeoutSeconds: 900,
      batchSize: 10_000,
      batchWindowSeconds: 10,
      bisectOnError: true,
      retries: -1,
      maximumRecordAgeSeconds: -1,
      architecture: 'arm64',
      logLevel: 'INFO',
      logRetentionDays: 30,
    });
    expect(source?.revisions).toEqual([
      {
        fromMs: 0,
        event: {
          name: ['event_type'],
          time: ['utc_timestamp'],
          measures: [
            { name: 'distance', path: ['Distance'] },
            { name: 'health', path: ['points', 'health'] },
            { name: 'magic', path: ['points', 'magic.all'] },
          ],
        },
      },
    ]);
  });

  it.each([
    [1, 1],
    [9, 9],
    [10, 10],
    [900, 10],
  ])('of a window of %i s gathers batches for %i s', (seconds, batchWindowSeconds) => {
    expect(resolveTidemark(web({ window: { seconds, measures } })).sources[0]?.window).toMatchObject({
      batchWindowSeconds,
    });
  });

  it('may set everything of a window', () => {
    const window = {
      seconds: 900,
      measures,
      memoryMb: 1024,
      timeoutSeconds: 120,
      batchSize: 500,
      batchWindowSeconds: 300,
      bisectOnError: false,
      retries: 0,
      maximumRecordAgeSeconds: 60,
      reservedConcurrency: 4,
      architecture: 'x86_64',
      logLevel: 'DEBUG',
      logRetentionDays: 1,
      parallelizationFactor: 1,
      startingPosition: 'TRIM_HORIZON',
    };
    const { measures: _measures, parallelizationFactor: _factor, startingPosition: _position, ...settings } = window;
    expect(resolveTidemark(web({ window })).sources[0]?.window).toEqual(settings);
  });

  it('adds up as before where a revision does not name measures, and as it says from there on', () => {
    const revisions = [
      { from: '2026-12-01T00:00:00Z', event: { name: 'kind', time: 'at' } },
      { from: '2026-12-02T00:00:00Z', event, measures: { speed: 'Speed' } },
      { from: '2026-12-03T00:00:00Z', event },
    ];
    const [source] = resolveTidemark(web({ window: { seconds: 60, measures }, revisions })).sources;
    const distance = [{ name: 'distance', path: ['Distance'] }];
    const speed = [{ name: 'speed', path: ['Speed'] }];
    expect(source?.revisions.map(({ event }) => [event.name, event.measures])).toEqual([
      [['event_type'], distance],
      [['kind'], distance],
      [['event_type'], speed],
      [['event_type'], speed],
    ]);
  });
});
