import { describe, expect, it } from 'vitest';
import { defineTidemark } from '../config.ts';
import { ConfigurationError, resolveTidemark } from './resolve.ts';

const event = { name: 'event_type', time: 'utc_timestamp' };

/** A configuration of one source, `web`, that holds `more` beside its event. */
function web(more: Record<string, unknown>): unknown {
  return { sources: { web: { event, ...more } } };
}

function problemsOf(input: unknown): readonly string[] {
  try {
    resolveTidemark(input);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

const inTheWay =
  'expected small letters, digits and single hyphens, a letter first, 31 characters at most: resources are named after it';
const aField = "expected a field such as 'event_type', a path such as 'detail.type', or its keys as an array";
const aPrincipal = 'expected the ARN of a role, a user or an account, such as arn:aws:iam::123456789012:role/web';
const aStream = 'expected one such as arn:aws:kinesis:eu-west-1:123456789012:stream/web';
const aTimeout =
  'expected a whole number from 15 to 900: a function stops its requests before its timeout, and a retried one must fit';
const anInstant = 'expected an instant with its zone, such as 2026-12-01T00:00:00Z';
const ofFunction =
  'memoryMb, timeoutSeconds, batchSize, batchWindowSeconds, bisectOnError, retries, maximumRecordAgeSeconds, reservedConcurrency, architecture, logLevel, logRetentionDays, parallelizationFactor, startingPosition';
const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/web';

function tenSources(settings: object) {
  const names = Array.from({ length: 10 }, (_, index) => `web${index}`);
  return { sources: Object.fromEntries(names.map((name) => [name, { event, ...settings }])) };
}

// biome-ignore format: one row a mistake
const mistakes: readonly (readonly [mistake: string, input: unknown, message: string])[] = [
  ['nothing', undefined, 'configuration: undefined is not an object; expected { sources, prune, escalation }'],
  ['null', null, 'configuration: null is not an object; expected { sources, prune, escalation }'],
  ['a list', [], 'configuration: [] is not an object; expected { sources, prune, escalation }'],
  ['no sources', {}, 'sources: is missing; expected sources by their names'],
  ['empty sources', { sources: {} }, 'sources: holds 0 sources; expected from 1 to 10'],
  ['listed sources', { sources: [{ event }] }, 'sources: [{"event":{"name":"event_type","time":"utc_timestamp"}}] is not an object; expected sources by their names'],
  ['a slip at the top', { sources: { web: { event } }, soruces: 1 }, 'soruces: is not a known key; did you mean sources?'],
  ['a key of no meaning', { sources: { web: { event } }, quux: 1 }, 'quux: is not a known key; expected one of sources, prune, escalation'],
  ['maintenance of a source that is none', { sources: { web: { event } }, escalation: { tiers: [{ notify: ['email:a@example.org'] }], maintenance: [{ cron: '0 2 ? * SUN *', for: '2h', sources: ['wbe'] }] } }, 'escalation.maintenance[0].sources[0]: "wbe" is not the name of a source; did you mean web?'],
  ['more alarms than a stack holds', tenSources({ alarms: Array.from({ length: 12 }, (_, above) => ({ series: 'order', above })) }), 'configuration: has 120 alarms and 0 contacts; expected 111 at most, each contact counted twice: the stack would hold more than the 500 resources that CloudFormation takes'],

  ['a capital in a name', { sources: { Web: { event } } }, `sources.Web: "Web" is not a name of a source; ${inTheWay}`],
  ['a space in a name', { sources: { 'my web': { event } } }, `sources["my web"]: "my web" is not a name of a source; ${inTheWay}`],
  ['a double hyphen', { sources: { 'a--b': { event } } }, `sources.a--b: "a--b" is not a name of a source; ${inTheWay}`],
  ['a leading digit', { sources: { '2web': { event } } }, `sources["2web"]: "2web" is not a name of a source; ${inTheWay}`],
  ['a long name', { sources: { ['a'.repeat(32)]: { event } } }, `sources.${'a'.repeat(32)}: "${'a'.repeat(32)}" is not a name of a source; ${inTheWay}`],
  ['two names of one spelling', { sources: { 'web-2': { event }, web2: { event } } }, 'sources.web2: cannot be told from "web-2" in the names of resources; expected another name'],
  ['a source that is none', { sources: { web: true } }, 'sources.web: true is not an object; expected { event, revisions, buckets, window, maxSeries, stream, table, count, publish, archive, retention, access, alarms, systemAlarms }'],

  ['no event', { sources: { web: {} } }, 'sources.web.event: is missing; expected { name, time }, the fields that hold the name and the time of an event'],
  ['an event that is none', web({ event: 'type' }), 'sources.web.event: "type" is not an object; expected { name, time }'],
  ['no time', web({ event: { name: 'a' } }), `sources.web.event.time: is missing; ${aField}`],
  ['a time that is undefined', web({ event: { name: 'a', time: undefined } }), `sources.web.event.time: is missing; ${aField}`],
  ['an empty field', web({ event: { name: '', time: 'b' } }), `sources.web.event.name: "" is not a field; ${aField}`],
  ['an empty step', web({ event: { name: 'a..b', time: 'b' } }), `sources.web.event.name: "a..b" is not a field; ${aField}`],
  ['no steps', web({ event: { name: [], time: 'b' } }), `sources.web.event.name: [] is not a field; ${aField}`],
  ['a number for a step', web({ event: { name: ['a', 1], time: 'b' } }), `sources.web.event.name: ["a",1] is not a field; ${aField}`],
  ['a slip in the event', web({ event: { ...event, tiem: 'x' } }), 'sources.web.event.tiem: is not a known key; did you mean time?'],

  ['revisions that are no list', web({ revisions: {} }), 'sources.web.revisions: {} is not a list; expected [{ from, event }]'],
  ['a revision without event', web({ revisions: [{ from: '2026-12-01T00:00:00Z' }] }), 'sources.web.revisions[0].event: is missing; expected { name, time }, the fields that hold the name and the time of an event'],
  ['a local time', web({ revisions: [{ from: '2026-12-01T00:00:00', event }] }), `sources.web.revisions[0].from: "2026-12-01T00:00:00" is not an instant; ${anInstant}`],
  ['a day', web({ revisions: [{ from: '2026-12-01', event }] }), `sources.web.revisions[0].from: "2026-12-01" is not an instant; ${anInstant}`],
  ['a day of no calendar', web({ revisions: [{ from: '2026-02-30T00:00:00Z', event }] }), `sources.web.revisions[0].from: "2026-02-30T00:00:00Z" is not an instant; ${anInstant}`],
  ['a month of no calendar', web({ revisions: [{ from: '2026-13-01T00:00:00Z', event }] }), `sources.web.revisions[0].from: "2026-13-01T00:00:00Z" is not an instant; ${anInstant}`],
  ['a number for an instant', web({ revisions: [{ from: 1_700_000_000_000, event }] }), `sources.web.revisions[0].from: 1700000000000 is not an instant; ${anInstant}`],
  ['revisions that do not ascend', web({ revisions: [{ from: '2026-12-01T00:00:00Z', event }, { from: '2026-12-01T01:00:00+01:00', event }] }), 'sources.web.revisions[1].from: 2026-12-01T00:00:00.000Z is not ascending; expected an instant after 2026-12-01T00:00:00.000Z, where the revision before it begins'],
  ['a revision before all time', web({ revisions: [{ from: '1970-01-01T00:00:00Z', event }] }), 'sources.web.revisions[0].from: 1970-01-01T00:00:00.000Z is not ascending; expected an instant after 1970-01-01T00:00:00.000Z, where the revision before it begins'],

  ['a bucket size of no kind', web({ buckets: ['1m', '2h'] }), 'sources.web.buckets[1]: "2h" is not a bucket size; expected one of 1m, 5m, 15m, 1h, 1d'],
  ['no bucket size', web({ buckets: [] }), 'sources.web.buckets: [] names no bucket size; expected at least one of 1m, 5m, 15m, 1h, 1d, or a window beside it'],
  ['one bucket size, bare', web({ buckets: '1m' }), 'sources.web.buckets: "1m" is not a list of bucket sizes; expected at least one of 1m, 5m, 15m, 1h, 1d'],
  ['a bucket size twice', web({ buckets: ['1h', '1m', '1h'] }), 'sources.web.buckets[2]: "1h" stands there twice; expected each bucket size once'],
  ['no series', web({ maxSeries: 0 }), 'sources.web.maxSeries: 0 is not a number of series; expected a whole number from 1 to 1,000'],
  ['half a series', web({ maxSeries: 1.5 }), 'sources.web.maxSeries: 1.5 is not a number of series; expected a whole number from 1 to 1,000'],
  ['too many series', web({ maxSeries: 1001 }), 'sources.web.maxSeries: 1001 is not a number of series; expected a whole number from 1 to 1,000'],
  ['a slip in a source', web({ bukets: ['1m'] }), 'sources.web.bukets: is not a known key; did you mean buckets?'],
  ['another case', web({ maxseries: 3 }), 'sources.web.maxseries: is not a known key; did you mean maxSeries?'],
  ['an alarm on a measure of no window', web({ alarms: [{ series: 'order', measure: 'price', above: 1 }] }), 'sources.web.alarms[0].measure: "price" is of no window: the source has none'],

  ['a stream that is none', web({ stream: 'web' }), 'sources.web.stream: "web" is not an object; expected { shards, retentionHours, encryption }'],
  ['no shards', web({ stream: { shards: 0 } }), 'sources.web.stream.shards: 0 is not a number of shards; expected a whole number from 1 to 10,000'],
  ['shards as text', web({ stream: { shards: '4' } }), 'sources.web.stream.shards: "4" is not a number of shards; expected a whole number from 1 to 10,000'],
  ['a short retention', web({ stream: { retentionHours: 23 } }), 'sources.web.stream.retentionHours: 23 is not a number of hours; expected a whole number from 24 to 8,760'],
  ['a long retention', web({ stream: { retentionHours: 8761 } }), 'sources.web.stream.retentionHours: 8761 is not a number of hours; expected a whole number from 24 to 8,760'],
  ['a key by its alias', web({ stream: { encryption: 'alias/mine' } }), 'sources.web.stream.encryption: "alias/mine" is not a kind of encryption; expected aws, none or the ARN of a KMS key'],
  ['a stream by its name', web({ stream: { arn: 'web' } }), `sources.web.stream.arn: "web" is not the ARN of a Kinesis stream; ${aStream}`],
  ['a consumer of a stream', web({ stream: { arn: `${arn}/consumer/x:1` } }), `sources.web.stream.arn: "${arn}/consumer/x:1" is not the ARN of a Kinesis stream; ${aStream}`],
  ['shards of an existing stream', web({ stream: { arn, shards: 2 } }), 'sources.web.stream.shards: 2 cannot stand beside arn: an existing stream keeps its own shards'],
  ['retention of an existing stream', web({ stream: { arn, retentionHours: 48 } }), 'sources.web.stream.retentionHours: 48 cannot stand beside arn: an existing stream keeps its own retention'],
  ['encryption of an existing stream', web({ stream: { arn, encryption: 'aws' } }), 'sources.web.stream.encryption: "aws" is not a KMS key; expected the ARN of your own key that encrypts the stream, or none of this key'],

  ['a way of billing', web({ table: { billing: 'provisioned' } }), 'sources.web.table.billing: "provisioned" is not a way of billing; expected \'on-demand\' or { readUnits, writeUnits }'],
  ['half a capacity', web({ table: { billing: { writeUnits: 5 } } }), 'sources.web.table.billing.readUnits: is missing; expected a whole number from 1 to 40,000'],
  ['no capacity', web({ table: { billing: { readUnits: 1, writeUnits: 0 } } }), 'sources.web.table.billing.writeUnits: 0 is not a number of write units; expected a whole number from 1 to 40,000'],
  ['recovery by a word', web({ table: { pointInTimeRecovery: 'yes' } }), 'sources.web.table.pointInTimeRecovery: "yes" is not a boolean; expected true or false'],
  ['protection by a word', web({ table: { deletionProtection: 1 } }), 'sources.web.table.deletionProtection: 1 is not a boolean; expected true or false'],
  ['a table in the clear', web({ table: { encryption: 'none' } }), 'sources.web.table.encryption: "none" is not a kind of encryption; expected owned, aws or the ARN of a KMS key'],

  ['little memory', web({ count: { memoryMb: 127 } }), 'sources.web.count.memoryMb: 127 is not a memory size in MB; expected a whole number from 128 to 10,240'],
  ['much memory', web({ publish: { memoryMb: 10_241 } }), 'sources.web.publish.memoryMb: 10241 is not a memory size in MB; expected a whole number from 128 to 10,240'],
  ['a short timeout', web({ count: { timeoutSeconds: 14 } }), `sources.web.count.timeoutSeconds: 14 is not a timeout in seconds; ${aTimeout}`],
  ['a long timeout', web({ count: { timeoutSeconds: 901 } }), `sources.web.count.timeoutSeconds: 901 is not a timeout in seconds; ${aTimeout}`],
  ['a timeout with its unit', web({ count: { timeoutSeconds: '60s' } }), `sources.web.count.timeoutSeconds: "60s" is not a timeout in seconds; ${aTimeout}`],
  ['no batch', web({ count: { batchSize: 0 } }), 'sources.web.count.batchSize: 0 is not a batch size; expected a whole number from 1 to 10,000'],
  ['a batch past the limit', web({ count: { batchSize: 10_001 } }), 'sources.web.count.batchSize: 10001 is not a batch size; expected a whole number from 1 to 10,000'],
  ['a window past the limit', web({ count: { batchWindowSeconds: 301 } }), 'sources.web.count.batchWindowSeconds: 301 is not a number of seconds; expected a whole number from 0 to 300'],
  ['bisect by a word', web({ count: { bisectOnError: null } }), 'sources.web.count.bisectOnError: null is not a boolean; expected true or false'],
  ['retries without end, wrongly', web({ count: { retries: Number.POSITIVE_INFINITY } }), 'sources.web.count.retries: Infinity is not a number of retries; expected a whole number from 0 to 10,000, or -1 for no end'],
  ['retries past the limit', web({ count: { retries: 10_001 } }), 'sources.web.count.retries: 10001 is not a number of retries; expected a whole number from 0 to 10,000, or -1 for no end'],
  ['a short record age', web({ count: { maximumRecordAgeSeconds: 59 } }), 'sources.web.count.maximumRecordAgeSeconds: 59 is not a number of seconds; expected a whole number from 60 to 604,800, or -1 for no end'],
  ['no concurrency', web({ count: { reservedConcurrency: 0 } }), 'sources.web.count.reservedConcurrency: 0 is not a number of concurrent invocations; expected a whole number from 1 to 100,000'],
  ['an architecture', web({ count: { architecture: 'arm' } }), 'sources.web.count.architecture: "arm" is not an architecture; expected one of arm64, x86_64'],
  ['a log level', web({ count: { logLevel: 'info' } }), 'sources.web.count.logLevel: "info" is not a log level; expected one of DEBUG, INFO, WARN, ERROR'],
  ['a span of logs', web({ count: { logRetentionDays: 31 } }), 'sources.web.count.logRetentionDays: 31 is not a log retention in days; expected one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653'],
  ['a factor', web({ count: { parallelizationFactor: 2 } }), 'sources.web.count.parallelizationFactor: 2 is not possible; expected 1: counting exactly once needs the records of a shard in order, in one invocation at a time; more shards count faster'],
  ['a start at the tip', web({ count: { startingPosition: 'LATEST' } }), 'sources.web.count.startingPosition: "LATEST" is not possible; expected "TRIM_HORIZON": a replaced mapping must start at the oldest record, where fences skip what is counted already; elsewhere it would lose records'],
  ['a key of no function', web({ count: { filters: [] } }), `sources.web.count.filters: is not a known key; expected one of ${ofFunction}`],

  ['a producer without ARN', web({ access: { producers: ['web'] } }), `sources.web.access.producers[0]: "web" is not a principal; ${aPrincipal}`],
  ['everyone', web({ access: { readers: ['*'] } }), `sources.web.access.readers[0]: "*" is not a principal; ${aPrincipal}`],
  ['roles of any name', web({ access: { readers: ['arn:aws:iam::123456789012:role/*'] } }), `sources.web.access.readers[0]: "arn:aws:iam::123456789012:role/*" is not a principal; ${aPrincipal}`],
  ['an operator without ARN', web({ access: { operators: ['me'] } }), `sources.web.access.operators[0]: "me" is not a principal; ${aPrincipal}`],
  ['one producer, bare', web({ access: { producers: 'web' } }), 'sources.web.access.producers: "web" is not a list; expected ARNs of roles, users or accounts'],
  ['a boundary by its name', web({ access: { permissionsBoundary: 'boundary' } }), 'sources.web.access.permissionsBoundary: "boundary" is not a managed policy; expected its ARN, such as arn:aws:iam::123456789012:policy/boundary'],
  ['a path without slashes', web({ access: { rolePath: 'counting' } }), 'sources.web.access.rolePath: "counting" is not a path of roles; expected one that begins and ends with a slash, such as \'/counting/\''],
];

describe('a mistake', () => {
  it.each(mistakes)('%s', (_mistake, input, message) => {
    expect(problemsOf(input)).toEqual([message]);
  });

  it('is shown beside every other', () => {
    const input = {
      sources: { web: { event: { name: 1 }, buckets: ['2h'], bukets: [] }, rides: { event, count: { retries: -2 } } },
    };
    expect(() => resolveTidemark(input)).toThrowErrorMatchingInlineSnapshot(`
      [ConfigurationError: The configuration has 5 mistakes:
        sources.web.event.name: 1 is not a field; expected a field such as 'event_type', a path such as 'detail.type', or its keys as an array
        sources.web.event.time: is missing; expected a field such as 'event_type', a path such as 'detail.type', or its keys as an array
        sources.web.buckets[0]: "2h" is not a bucket size; expected one of 1m, 5m, 15m, 1h, 1d
        sources.web.bukets: is not a known key; did you mean buckets?
        sources.rides.count.retries: -2 is not a number of retries; expected a whole number from 0 to 10,000, or -1 for no end]
    `);
  });

  it('is cut where it is long', () => {
    const [message] = problemsOf(web({ maxSeries: 'x'.repeat(1000) }));
    expect(message).toBe(
      `sources.web.maxSeries: "${'x'.repeat(96)}... is not a number of series; expected a whole number from 1 to 1,000`,
    );
  });

  it('may be of any type, cycles and all', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const odd of [cycle, 1n, Symbol('x'), () => 1, new Date(0), new Map()]) {
      expect(problemsOf(web({ maxSeries: odd }))).toHaveLength(1);
    }
  });
});

describe('a configuration', () => {
  it('of the least words gets every default', () => {
    const config = defineTidemark({ sources: { web: { event } } });
    expect(resolveTidemark(config)).toMatchInlineSnapshot(`
      {
        "escalation": {
          "gatherMs": 20000,
          "joinWithinMs": 900000,
          "maintenance": [],
          "raiseAgainAfterMs": 14400000,
          "rounds": 2,
          "tiers": [],
        },
        "prune": {
          "keepReplacedMs": 604800000,
          "schedule": "cron(30 3 * * ? *)",
          "writeUnitsPerSecond": 500,
          "zone": "UTC",
        },
        "sources": [
          {
            "access": {
              "operators": [],
              "producers": [],
              "readers": [],
            },
            "alarms": [],
            "buckets": [
              "1m",
              "1h",
            ],
            "count": {
              "architecture": "arm64",
              "batchSize": 10000,
              "batchWindowSeconds": 10,
              "bisectOnError": true,
              "logLevel": "INFO",
              "logRetentionDays": 30,
              "maximumRecordAgeSeconds": -1,
              "memoryMb": 512,
              "retries": -1,
              "timeoutSeconds": 60,
            },
            "maxSeries": 200,
            "name": "web",
            "publish": {
              "architecture": "arm64",
              "batchSize": 10000,
              "batchWindowSeconds": 10,
              "bisectOnError": true,
              "logLevel": "INFO",
              "logRetentionDays": 30,
              "maximumRecordAgeSeconds": -1,
              "memoryMb": 256,
              "retries": -1,
              "timeoutSeconds": 60,
            },
            "retentionMs": {},
            "revisions": [
              {
                "event": {
                  "name": [
                    "event_type",
                  ],
                  "time": [
                    "utc_timestamp",
                  ],
                },
                "fromMs": 0,
              },
            ],
            "stream": {
              "encryption": "aws",
              "retentionHours": 24,
            },
            "systemAlarms": {
              "freshnessMs": 900000,
              "lagMs": 600000,
              "quarantined": 0,
            },
            "table": {
              "billing": "on-demand",
              "encryption": "owned",
              "pointInTimeRecovery": true,
            },
          },
        ],
      }
    `);
  });

  it('may set everything', () => {
    const config = defineTidemark({
      sources: {
        'web-shop': {
          event: { name: 'detail.type', time: ['detail', 'occurred.at'] },
          revisions: [{ from: '2026-12-01T00:00:00Z', event: { name: 'kind', time: 'at' } }],
          buckets: ['1d', '1m', '15m'],
          maxSeries: 1000,
          retention: { '1m': '2w', '1d': '730d' },
          stream: { shards: 2, retentionHours: 168, encryption: 'arn:aws:kms:eu-west-1:123456789012:key/mrk-1' },
          table: {
            billing: { readUnits: 5, writeUnits: 10 },
            pointInTimeRecovery: false,
            deletionProtection: true,
            encryption: 'aws',
          },
          count: {
            memoryMb: 1024,
            timeoutSeconds: 120,
            batchSize: 500,
            batchWindowSeconds: 0,
            bisectOnError: false,
            retries: 0,
            maximumRecordAgeSeconds: 60,
            reservedConcurrency: 4,
            architecture: 'x86_64',
            logLevel: 'DEBUG',
            logRetentionDays: 1,
            parallelizationFactor: 1,
            startingPosition: 'TRIM_HORIZON',
          },
          access: {
            producers: ['arn:aws:iam::123456789012:role/web/server'],
            readers: ['arn:aws-cn:iam::123456789012:root', 'arn:aws:iam::123456789012:user/ada'],
            operators: ['arn:aws:iam::123456789012:role/on-call'],
            permissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary',
            rolePath: '/counting/',
          },
        },
      },
    });
    expect(resolveTidemark(config).sources[0]).toMatchInlineSnapshot(`
      {
        "access": {
          "operators": [
            "arn:aws:iam::123456789012:role/on-call",
          ],
          "permissionsBoundary": "arn:aws:iam::123456789012:policy/boundary",
          "producers": [
            "arn:aws:iam::123456789012:role/web/server",
          ],
          "readers": [
            "arn:aws-cn:iam::123456789012:root",
            "arn:aws:iam::123456789012:user/ada",
          ],
          "rolePath": "/counting/",
        },
        "alarms": [],
        "buckets": [
          "1m",
          "15m",
          "1d",
        ],
        "count": {
          "architecture": "x86_64",
          "batchSize": 500,
          "batchWindowSeconds": 0,
          "bisectOnError": false,
          "logLevel": "DEBUG",
          "logRetentionDays": 1,
          "maximumRecordAgeSeconds": 60,
          "memoryMb": 1024,
          "reservedConcurrency": 4,
          "retries": 0,
          "timeoutSeconds": 120,
        },
        "maxSeries": 1000,
        "name": "web-shop",
        "publish": {
          "architecture": "arm64",
          "batchSize": 10000,
          "batchWindowSeconds": 10,
          "bisectOnError": true,
          "logLevel": "INFO",
          "logRetentionDays": 30,
          "maximumRecordAgeSeconds": -1,
          "memoryMb": 256,
          "retries": -1,
          "timeoutSeconds": 60,
        },
        "retentionMs": {
          "1d": 63072000000,
          "1m": 1209600000,
        },
        "revisions": [
          {
            "event": {
              "name": [
                "detail",
                "type",
              ],
              "time": [
                "detail",
                "occurred.at",
              ],
            },
            "fromMs": 0,
          },
          {
            "event": {
              "name": [
                "kind",
              ],
              "time": [
                "at",
              ],
            },
            "fromMs": 1796083200000,
          },
        ],
        "stream": {
          "encryption": "arn:aws:kms:eu-west-1:123456789012:key/mrk-1",
          "retentionHours": 168,
          "shards": 2,
        },
        "systemAlarms": {
          "freshnessMs": 900000,
          "lagMs": 600000,
          "quarantined": 0,
        },
        "table": {
          "billing": {
            "readUnits": 5,
            "writeUnits": 10,
          },
          "deletionProtection": true,
          "encryption": "aws",
          "pointInTimeRecovery": false,
        },
      }
    `);
  });

  it('may name an existing stream, with the key that encrypts it', () => {
    const key = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';
    const stream = (settings: unknown) => resolveTidemark(web({ stream: settings })).sources[0]?.stream;
    expect(stream({ arn })).toEqual({ arn, encryption: 'aws', retentionHours: 24 });
    expect(stream({ arn, encryption: key })).toEqual({ arn, encryption: key, retentionHours: 24 });
  });

  it('may name a source as what objects inherit', () => {
    const { sources } = resolveTidemark({ sources: { constructor: { event }, prototype: { event } } });
    expect(sources.map(({ name }) => name)).toEqual(['constructor', 'prototype']);
  });

  it('keeps the order of its sources', () => {
    const { sources } = resolveTidemark({ sources: { web: { event }, rides: { event }, alpha: { event } } });
    expect(sources.map(({ name }) => name)).toEqual(['web', 'rides', 'alpha']);
  });

  it('is not changed by being read', () => {
    const input = web({ buckets: Object.freeze(['1h', '1m']) });
    const before = structuredClone(input);
    resolveTidemark(input);
    expect(input).toEqual(before);
  });
});
