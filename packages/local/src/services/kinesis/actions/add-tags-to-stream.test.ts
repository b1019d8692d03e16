import { describe, expect, it } from 'vitest';
import { fault, testServer } from '../../../../test/kinesis-server.ts';

describe('AddTagsToStream', () => {
  it('adds and replaces', async () => {
    const { kinesis } = await testServer();
    await kinesis.invoke('AddTagsToStream', { StreamName: 'web', Tags: { a: '1', b: '2' } });
    await kinesis.invoke('AddTagsToStream', { StreamName: 'web', Tags: { b: '3', __proto__x: 'ä ö' } });
    const { Tags } = await kinesis.invoke('ListTagsForStream', { StreamName: 'web' });
    expect(Tags).toEqual([
      { Key: '__proto__x', Value: 'ä ö' },
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '3' },
    ]);
  });

  it.each([
    [{ 'a!': '1' }, /invalid characters/],
    [{ a: 'x'.repeat(257) }, /at most 256/],
    [{ 'aws:a': '1' }, /cannot begin with aws:/],
    [Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, ''])), /more than 50 tags/],
  ])('refuses %j', async (Tags, message) => {
    const { kinesis } = await testServer();
    await expect(kinesis.invoke('AddTagsToStream', { StreamName: 'web', Tags })).rejects.toMatchObject(
      fault('InvalidArgumentException', message),
    );
  });
});
