import { lateCallMsMax } from '@tidemark/core/replay/watchdog';
import { describe, expect, it } from 'vitest';
import { resourcesOf, synthesize, textOf } from '../../test/synthesize.ts';

const event = { name: 'event_type', time: 'utc_timestamp' };
const dayMs = 24 * 3600 * 1000;
const template = synthesize({
  sources: {
    web: {
      event,
      retention: { '1m': '14d' },
      table: { billing: { readUnits: 1, writeUnits: 1 } },
    },
    rides: {
      event,
      buckets: ['1h'],
      window: { seconds: 30, measures: { distance: 'Distance' } },
      count: { timeoutSeconds: 100 },
      retention: { window: '30d' },
    },
    mail: { event },
  },
  prune: { writeUnitsPerSecond: 200, keepReplaced: '2d' },
});

function named<Type extends string>(type: Type, part: string) {
  const [found] = Object.entries(resourcesOf(template, type)).filter(([id]) => id.includes(part));
  if (found === undefined) throw new Error(`no ${type} is called ${part}`);
  return found[1].Properties;
}

describe('the steps of prunes', () => {
  it('are over before a run that is aborted ends', () => {
    const { Timeout } = named('AWS::Lambda::Function', 'PruneSteps');
    expect(Number(Timeout) * 1000).toBeLessThan(lateCallMsMax);
  });

  it('are told of each source what it keeps, how fast it is pruned and what is waited for', () => {
    const definition = JSON.parse(textOf(named('AWS::StepFunctions::StateMachine', 'Prune').DefinitionString));
    const { stage, sources } = definition.States.Sources.Assign;
    expect(stage).toEqual({ controlTable: '<TidemarkControlTable>', bucket: '<TidemarkDataBucket>' });
    expect(sources).toEqual({
      web: {
        source: 'web',
        seriesTable: '<TidemarkSourceWebSeriesTable>',
        streamArn: '<TidemarkSourceWebStream.Arn>',
        sizes: ['1m', '1h'],
        retentionMs: { '1m': 14 * dayMs },
        keepReplacedMs: 2 * dayMs,
        // Half of the table's units, and one at least.
        writeUnitsPerSecond: 1,
        drainSeconds: 67,
        consumers: ['count'],
      },
      rides: {
        source: 'rides',
        seriesTable: '<TidemarkSourceRidesSeriesTable>',
        streamArn: '<TidemarkSourceRidesStream.Arn>',
        sizes: ['1h', 'w30'],
        retentionMs: { w30: 30 * dayMs },
        keepReplacedMs: 2 * dayMs,
        writeUnitsPerSecond: 200,
        // The window has 900 s, and an attempt of a request 7.
        drainSeconds: 907,
        consumers: ['count', 'window'],
      },
      mail: expect.objectContaining({ retentionMs: {}, drainSeconds: 67 }),
    });
  });
});
