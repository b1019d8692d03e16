import { ListShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { StartPipeCommand, StopPipeCommand } from '@aws-sdk/client-pipes';
import { expect, it } from 'vitest';
import { numbers } from '../../../test/kinesis-mapping.ts';
import { type PipedStack, pipedStack, pipeName } from '../../../test/piped-stack.ts';
import { randomOf } from '../../../test/random.ts';
import { EngineClock } from '../../clock.ts';

const Name = pipeName;
const batchesOf = (BatchSize: number) => ({
  SourceParameters: { KinesisStreamParameters: { StartingPosition: 'TRIM_HORIZON' as const, BatchSize } },
});

it('delivers what a test wants: twice at once, within other bounds, in halves, and again', async () => {
  const { engine, pipes, create, put, texts } = await pipedStack();
  await put(...numbers(10));
  await create({ ...batchesOf(5), DesiredState: 'STOPPED' });
  await engine.idle();
  const pipe = engine.pipes.get(Name);
  if (pipe === undefined) throw new Error('no pipe');
  const disturbances = [{ duplicate: true, bounds: 2 }, { bisect: true }, {}, { forget: true }];
  pipe.chaos = () => disturbances.shift();
  await pipes.send(new StartPipeCommand({ Name }));
  await engine.idle();
  const delivered = texts().map(String);
  expect(delivered.filter((batch) => batch === '1,2')).toHaveLength(2);
  // Nobody waits for the one that runs beside the other: it may end after what comes next.
  const waitedFor = delivered.filter((batch, at) => batch !== '1,2' || at === delivered.indexOf('1,2'));
  expect(waitedFor).toEqual(['1,2', '3,4', '5', '5', '6,7,8,9,10']);
});

it.each(['LATEST', 'AT_TIMESTAMP'] as const)(
  'at %s reads children after their parent and from their beginning',
  async (at) => {
    const clock = new EngineClock({ factor: 0 });
    const { engine, kinesis, run, put, texts } = await pipedStack({ clock });
    await put('before');
    clock.advance(60_000);
    const time = at === 'LATEST' ? {} : { StartingPositionTimestamp: new Date(clock.now()) };
    await run({ SourceParameters: { KinesisStreamParameters: { StartingPosition: at, ...time } } });
    await put('1');
    await split(kinesis);
    // Arrival times may go backwards, behind the pipe's start.
    clock.set(clock.now() - 120_000);
    await put('2', '3', '4');
    await engine.idle();
    expect(texts()[0]).toEqual(['1']);
    expect(texts().slice(1).flat().sort()).toEqual(['2', '3', '4']);
  },
);

it.each([1, 2, 3])('delivers every record at least once, and each shard in order, seed %s', async (seed) => {
  const { engine, pipes, kinesis, create, put, calls } = await pipedStack({ shards: 2 });
  const draw = randomOf(seed);
  const below = (count: number) => Math.floor(draw() * count);
  await create(batchesOf(7));
  const pipe = engine.pipes.get(Name);
  if (pipe === undefined) throw new Error('no pipe');
  pipe.chaos = () =>
    [undefined, { duplicate: true }, { bounds: 1 + below(20) }, { bisect: true }, { forget: true }, undefined][
      below(6)
    ];
  const sent: string[] = [];
  for (let round = 0; round < 12; round += 1) {
    const more = Array.from({ length: 20 }, (_, index) => `${round}-${index}`);
    sent.push(...more);
    await put(...more);
    if (round === 4) await split(kinesis);
    if (round % 3 === 1) await engine.host.kill('target');
    if (round % 3 === 2) {
      await pipe.settled();
      await pipes.send(pipe.state === 'STOPPED' ? new StartPipeCommand({ Name }) : new StopPipeCommand({ Name }));
    }
  }
  await pipe.settled();
  if (pipe.state === 'STOPPED') await pipes.send(new StartPipeCommand({ Name }));
  await engine.idle();
  const received = calls().flat();
  expect(new Set(received.map(({ data }) => Buffer.from(data, 'base64').toString()))).toEqual(new Set(sent));
  expect(outOfOrder(calls())).toEqual([]);
});

/** Records that came before one of their shard that stands earlier on the stream had ever come. */
function outOfOrder(calls: ReturnType<PipedStack['calls']>): string[] {
  const all = new Map<string, string[]>();
  for (const { eventID, sequenceNumber } of calls.flat()) {
    const shardId = eventID.split(':')[0] ?? '';
    all.set(shardId, [...(all.get(shardId) ?? []), sequenceNumber]);
  }
  return [...all.values()].flatMap((received) => {
    const firsts = [...new Set(received)];
    const sorted = [...firsts].sort();
    return firsts.filter((sequenceNumber, index) => sequenceNumber !== sorted[index]);
  });
}

async function split(kinesis: PipedStack['kinesis']): Promise<void> {
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: 'web' }));
  const [shard] = Shards;
  const end = BigInt(shard?.HashKeyRange?.EndingHashKey ?? 0);
  const NewStartingHashKey = (end / 2n).toString();
  await kinesis.send(new SplitShardCommand({ StreamName: 'web', ShardToSplit: shard?.ShardId, NewStartingHashKey }));
}
