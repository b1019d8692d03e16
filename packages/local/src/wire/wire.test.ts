import { describe, expect, test } from 'vitest';
import { parseQuery } from './query.ts';
import { rpcService } from './rpc.ts';
import { toXml } from './xml.ts';

describe('the query protocol', () => {
  test('nested lists and objects', () => {
    const form = 'Action=X&A.member.2.Name=b&A.member.1.Name=a&A.member.1.Values.member.1=1&B.C=%26';
    expect(parseQuery(form)).toEqual({ Action: 'X', A: [{ Name: 'a', Values: ['1'] }, { Name: 'b' }], B: { C: '&' } });
  });

  test('hostile names touch nothing', () => {
    parseQuery('__proto__.polluted=1&constructor.prototype.polluted=1&toString=1&A=1&A.B=2');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  test('answers as XML', () => {
    const value = { List: [{ A: 1 }, { A: undefined }], Text: '<&>', At: new Date(0), None: undefined };
    expect(toXml(value)).toBe(
      '<List><member><A>1</A></member><member></member></List><Text>&lt;&amp;&gt;</Text><At>1970-01-01T00:00:00.000Z</At>',
    );
  });
});

test("an input that is no object is refused, an error in an operation is the engine's own", async () => {
  const operations = {
    Fine: () => ({ At: new Date(1_500), Absent: undefined }),
    Broken: () => {
      throw new Error('broken');
    },
  };
  const service = rpcService({ name: 'Thing', xmlNamespace: 'http://thing/', operations });
  const call = (operation: string, body: string) =>
    service.handle({
      ...{
        service: 'thing',
        operation,
        method: 'POST',
        path: '/',
        query: new URLSearchParams(),
        accessKeyId: '',
        region: '',
      },
      ...{ headers: { 'x-amz-target': operation }, body: Buffer.from(body) },
    });
  expect((await call('Fine', '{}')).body).toBe('{"At":1.5}');
  expect(await call('Fine', '[1]')).toMatchObject({
    status: 400,
    body: expect.stringContaining('SerializationException'),
  });
  expect(await call('Fine', 'nonsense')).toMatchObject({ status: 400 });
  await expect(call('Broken', '{}')).rejects.toThrow('broken');
});
