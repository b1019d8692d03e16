import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hourMs, put, read, startMs, testServer, textsOf } from '../../../test/kinesis-server.ts';
import { EngineClock } from '../../clock.ts';
import { KinesisServer } from './server.ts';

describe('StreamStore', () => {
  let directory: string;
  const open: KinesisServer[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-kinesis-'));
  });

  afterEach(() => {
    for (const kinesis of open.splice(0)) kinesis.close();
    rmSync(directory, { recursive: true });
  });

  async function created(shardCount = 1) {
    const server = await testServer({ directory, shardCount });
    open.push(server.kinesis);
    return server;
  }

  function reopened(nowMs = startMs, from = directory): KinesisServer {
    const kinesis = new KinesisServer({ clock: new EngineClock({ startMs: nowMs, factor: 0 }), directory: from });
    open.push(kinesis);
    return kinesis;
  }

  function close(kinesis: KinesisServer): void {
    open.splice(open.indexOf(kinesis), 1);
    kinesis.close();
  }

  it('brings streams and records back as they were', async () => {
    const { clock, kinesis } = await created(2);
    await kinesis.invoke('AddTagsToStream', { StreamName: 'web', Tags: { a: '1' } });
    await kinesis.invoke('SplitShard', {
      StreamName: 'web',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: '1000',
    });
    const Records = Array.from({ length: 200 }, (_, index) => ({
      Data: Buffer.from(index === 0 ? [] : [index, 0, 255]),
      PartitionKey: `schlüssel ${index}`,
    }));
    clock.advance(5);
    await kinesis.invoke('PutRecords', { StreamName: 'web', Records });
    const seen = async (server: KinesisServer) => ({
      description: await server.invoke('DescribeStream', { StreamName: 'web' }),
      tags: await server.invoke('ListTagsForStream', { StreamName: 'web' }),
      records: await Promise.all(
        [0, 1, 2, 3].map((index) =>
          read(server, { ShardId: `shardId-00000000000${index}`, ShardIteratorType: 'TRIM_HORIZON' }).then(
            (page) => page.Records,
          ),
        ),
      ),
    });
    const before = await seen(kinesis);
    expect(before.records.flat()).toHaveLength(200);
    close(kinesis);
    expect(await seen(reopened(clock.now()))).toEqual(before);
  });

  it('goes on with numbers above all that an earlier run could have given', async () => {
    const { kinesis } = await created();
    const first = await put(kinesis, 'first');
    const { NextShardIterator = '' } = await read(kinesis);
    close(kinesis);
    const again = reopened();
    const second = await put(again, 'second');
    expect(second.SequenceNumber > first.SequenceNumber).toBe(true);
    expect(textsOf(await again.invoke('GetRecords', { ShardIterator: NextShardIterator }))).toEqual(['second']);
    expect(
      textsOf(
        await read(again, {
          ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
          StartingSequenceNumber: first.SequenceNumber,
        }),
      ),
    ).toEqual(['second']);
  });

  it('never gives a number twice when the tail of the file was lost', async () => {
    const { kinesis } = await created();
    await put(kinesis, 'kept');
    const lost = await put(kinesis, 'lost');
    close(kinesis);
    const database = new DatabaseSync(join(directory, 'kinesis.sqlite'));
    database.exec('DELETE FROM record WHERE counter = (SELECT max(counter) FROM record)');
    database.close();
    const again = reopened();
    expect(textsOf(await read(again))).toEqual(['kept']);
    expect((await put(again, 'new')).SequenceNumber > lost.SequenceNumber).toBe(true);
  });

  it('recovers whole requests from a file that was cut off at any place', async () => {
    const { kinesis } = await created();
    for (let call = 0; call < 20; call += 1) {
      const Records = Array.from({ length: 5 }, () => ({ Data: Buffer.alloc(500, call), PartitionKey: 'a' }));
      await kinesis.invoke('PutRecords', { StreamName: 'web', Records });
    }
    const log = join(directory, 'kinesis.sqlite-wal');
    const logBytes = statSync(log).size;
    for (const part of [0, 0.1, 0.37, 0.5, 0.81, 0.999, 1]) {
      // A copy while the server runs is what a crash leaves; the cut is what a crash of the machine may add.
      const copy = mkdtempSync(join(tmpdir(), 'tidemark-kinesis-'));
      copyFileSync(join(directory, 'kinesis.sqlite'), join(copy, 'kinesis.sqlite'));
      copyFileSync(log, join(copy, 'kinesis.sqlite-wal'));
      truncateSync(join(copy, 'kinesis.sqlite-wal'), Math.floor(logBytes * part));
      const again = reopened(startMs, copy);
      const { StreamNames } = await again.invoke('ListStreams', {});
      const records = StreamNames.length === 0 ? [] : (await read(again)).Records;
      expect(records.length % 5).toBe(0);
      expect(records.map(({ Data }) => Data[0])).toEqual(records.map((_, index) => Math.floor(index / 5)));
      if (part === 1) expect(records).toHaveLength(100);
      close(again);
      rmSync(copy, { recursive: true });
    }
  });

  it('drops trimmed records and deleted streams from the file', async () => {
    const { clock, kinesis } = await created();
    await put(kinesis, 'old');
    clock.advance(hourMs);
    await put(kinesis, 'young');
    clock.advance(23 * hourMs);
    await read(kinesis);
    await kinesis.invoke('CreateStream', { StreamName: 'gone', ShardCount: 1 });
    await kinesis.invoke('PutRecord', { StreamName: 'gone', Data: Buffer.from('x'), PartitionKey: 'a' });
    await kinesis.invoke('DeleteStream', { StreamName: 'gone' });
    close(kinesis);
    const database = new DatabaseSync(join(directory, 'kinesis.sqlite'));
    expect(database.prepare('SELECT stream, count(*) AS records FROM record GROUP BY stream').all()).toEqual([
      expect.objectContaining({ stream: 'web', records: 1 }),
    ]);
    database.close();
  });

  it('does not share the file with another server', async () => {
    await created();
    expect(() => reopened()).toThrow(/locked/);
  });

  it('makes the directory', () => {
    const nested = join(directory, 'a', 'b');
    mkdirSync(join(directory, 'a'));
    reopened(startMs, nested);
    expect(existsSync(join(nested, 'kinesis.sqlite'))).toBe(true);
  });
});
