import type { DeployedSource } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import type { Context } from '../command.ts';
import type { Entry } from './entries.ts';
import { JsonSink } from './list-sink.ts';

function sink() {
  const written: string[] = [];
  const context = { terminal: { write: (text: string) => written.push(text) }, json: true } as unknown as Context;
  return { written, sink: new JsonSink(context, { name: 'web' } as DeployedSource) };
}

test('a list that cannot be read leaves nothing on standard output', () => {
  expect(sink().written).toEqual([]);
});

test('with and without rows it is one document', () => {
  const empty = sink();
  empty.sink.end(undefined);
  expect(JSON.parse(empty.written.join(''))).toMatchObject({ source: 'web', rows: [], next: null });
  const some = sink();
  const held = { kind: 'foreign', detail: 'it is no JSON' };
  const entries = ['a', 'b'].map((object) => ({ object, bytes: 1, held }) as Entry);
  some.sink.rows(entries.map((entry) => ({ key: entry.object, entry })));
  some.sink.deny();
  some.sink.end('b');
  expect(JSON.parse(some.written.join(''))).toMatchObject({
    ...{ rows: [{ key: 'a' }, { key: 'b' }], notRead: ['aws/lambda/'], next: 'b' },
  });
});
