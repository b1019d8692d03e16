import { createServer, type ServerHttp2Session } from 'node:http2';
import { expect, test } from 'vitest';
import { Kinesis } from './aws/kinesis.ts';
import { describeFailure, Failure } from './failure.ts';

test('what the operator can act upon is told as it is, what is a defect with its stack', () => {
  expect(describeFailure(new Failure('No engine.'))).toBe('No engine.');
  expect(describeFailure('odd')).toBe('odd');
  expect(describeFailure(new Error('Region is missing'))).toMatch(/^Region is missing\nName a region/);
  expect(describeFailure(Object.assign(new Error('no'), { name: 'Throttling', $metadata: {} }))).toBe('Throttling: no');
  const late = Object.assign(new Error('Request timed out after 60000 ms'), { name: 'TimeoutError' });
  expect(describeFailure(late)).toBe(
    'Request timed out after 60000 ms\nNothing answers there. Is the engine (or the network) up?',
  );
  expect(describeFailure(new Error('broken'))).toMatch(/^Error: broken\n +at /);
});

test('an engine whose clock cannot be asked', async () => {
  const failed: unknown = await fetch('http://127.0.0.1:1/_tidemark/clock').catch((error: unknown) => error);
  expect(describeFailure(failed)).toBe('fetch failed\nNothing answers there. Is the engine (or the network) up?');
});

test('an engine that goes away under several calls', { timeout: 20_000 }, async () => {
  const calls = 4;
  const sessions = new Set<ServerHttp2Session>();
  let begun = 0;
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    begun += 1;
    if (begun === calls) for (const session of sessions) session.destroy(new Error('gone'));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const kinesis = new Kinesis({ endpoint: `http://127.0.0.1:${port}`, region: 'x', credentials, maxAttempts: 1 });
  const put = kinesis.putRecords('web');
  const record = { data: Buffer.from('x'), partitionKey: 'x' };
  const outcomes = await Promise.allSettled(Array.from({ length: calls }, () => put([record])));
  kinesis.close();
  server.close();
  for (const outcome of outcomes) {
    const said = outcome.status === 'rejected' ? describeFailure(outcome.reason) : 'fulfilled';
    expect(said).toMatch(/\nNothing answers there/);
    expect(said).not.toContain('$response');
  }
});
