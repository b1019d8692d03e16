import { describe, expect, it } from 'vitest';
import { outline, runMachine, settle, startMachine } from '../../../test/run-machine.ts';
import { StateFailure } from '../failure.ts';
import type { DistributedMap, MapRunner } from '../map-runner.ts';

const processor = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  StartAt: 'In',
  States: { In: { Type: 'Pass', End: true } },
};
const machine = (fields: object) => ({
  StartAt: 'Set',
  States: {
    Set: { Type: 'Pass', Assign: { most: 3 }, Next: 'Each' },
    Each: { Type: 'Map', ItemProcessor: processor, ...fields, Next: 'Last' },
    Last: { Type: 'Succeed' },
  },
});

function runnerOf(runDistributed: MapRunner['runDistributed']): { maps: MapRunner } {
  return { maps: { refusals: () => [], runDistributed } };
}

describe('a distributed map', () => {
  it('is run by its runner, to which it gives what it evaluates', async () => {
    let given: DistributedMap | undefined;
    const fields = {
      Items: '{% $states.input.list %}',
      ItemSelector: { item: '{% $states.context.Map.Item %}', most: '{% $most %}' },
      MaxConcurrency: '{% $most %}',
      ToleratedFailureCount: 2,
      ToleratedFailurePercentage: '{% 12.5 %}',
      Output: '{% $states.result[0] %}',
    };
    const { outcome, events } = await runMachine(machine(fields), {
      input: { list: ['a', 'b'] },
      ...runnerOf(async (map) => {
        given = map;
        map.started('arn:run');
        return [
          await map.select({ index: 1, value: 'b' }),
          await map.evaluate('{% $most + 1 %}', 'ItemBatcher/MaxItemsPerBatch'),
        ];
      }),
    });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { item: { Index: 1, Value: 'b' }, most: 3 } });
    expect(given).toMatchObject({
      stateName: 'Each',
      items: ['a', 'b'],
      maxConcurrency: 3,
      toleratedFailureCount: 2,
      toleratedFailurePercentage: 12.5,
      processor,
    });
    expect(outline(events).slice(3, -3)).toEqual([
      '4<3 MapStateEntered Each',
      '5<4 MapStateStarted',
      '6<5 MapRunStarted',
      '7<6 MapRunSucceeded',
      '8<7 MapStateSucceeded',
      '9<7 MapStateExited Each',
    ]);
    expect(events[4]?.mapStateStartedEventDetails).toEqual({ length: 2 });
    expect(events[5]?.mapRunStartedEventDetails).toEqual({ mapRunArn: 'arn:run' });
  });

  it('leaves items to a reader, and takes objects for items', async () => {
    const items: unknown[] = [];
    const maps = runnerOf(async (map) => {
      items.push(map.items);
      return await map.select({ index: 0, key: 'k', value: 1 });
    });
    const read = {
      ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2' },
      ItemSelector: '{% $states.context.Map.Item.Key %}',
    };
    expect((await runMachine(machine(read), maps)).outcome).toEqual({ status: 'SUCCEEDED', output: 'k' });
    expect((await runMachine(machine({}), { ...maps, input: { a: 1 } })).outcome).toEqual({
      status: 'SUCCEEDED',
      output: 1,
    });
    expect(items).toEqual([undefined, { a: 1 }]);
  });

  it('fails as its runner does, and is caught', async () => {
    const failure = new StateFailure('States.ItemReaderFailed', 'no such bucket');
    const fields = {
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Last', Output: '{% $states.errorOutput.Error %}' }],
    };
    const { outcome, events } = await runMachine(machine(fields), {
      input: [],
      ...runnerOf((map) => {
        map.started('arn:run');
        return Promise.reject(failure);
      }),
    });
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: 'States.ItemReaderFailed' });
    expect(outline(events).slice(5, 9)).toEqual([
      '6<5 MapRunStarted',
      '7<6 MapRunFailed',
      '8<7 MapStateFailed',
      '9<8 MapStateExited Each',
    ]);
    expect(events[6]?.mapRunFailedEventDetails).toEqual({ error: 'States.ItemReaderFailed', cause: 'no such bucket' });
  });

  it('is told when nobody waits any more', async () => {
    let signal: AbortSignal | undefined;
    const branches = [
      { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: processor, End: true } } },
      {
        StartAt: 'Soon',
        States: { Soon: { Type: 'Wait', Seconds: 1, Next: 'Break' }, Break: { Type: 'Fail', Error: 'Oh' } },
      },
    ];
    const run = startMachine(
      { StartAt: 'Both', States: { Both: { Type: 'Parallel', Branches: branches, End: true } } },
      {
        input: [1],
        ...runnerOf((map) => {
          signal = map.signal;
          map.started('arn:run');
          return new Promise(() => {});
        }),
      },
    );
    await settle();
    expect(signal?.aborted).toBe(false);
    run.clock.advance(1_000);
    expect(await run.done).toMatchObject({ status: 'FAILED', error: 'Oh' });
    expect(signal?.aborted).toBe(true);
    const failed = run.events.find((event) => event.type === 'FailStateEntered')?.id;
    expect(
      outline(run.events)
        .slice(-4, -1)
        .map((line) => line.replace(/^\d+/, '')),
    ).toEqual([`<${failed} MapRunAborted`, `<${failed} MapStateAborted`, `<${failed} ParallelStateFailed`]);
  });
});
