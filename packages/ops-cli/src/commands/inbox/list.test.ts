import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Target } from '../../target.ts';
import { runUnattended } from '../../unattended.ts';

const messages = [
  { id: 1, atMs: 0, channel: 'email', to: 'a@example.org', subject: 'first', text: 'x', messageId: 'm' },
  { id: 2, atMs: 1_000, channel: 'sms', to: '+15550100', text: 'second', messageId: 'n' },
];
/** What the engine is asked for. */
let asked: string[] = [];
let server: Server;
let interruption: AbortController;

beforeEach(async () => {
  asked = [];
  interruption = new AbortController();
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://engine');
    asked.push(`${url.pathname}${url.search}`);
    const after = Number(url.searchParams.get('after') ?? 0);
    if (after === 2) interruption.abort();
    response.writeHead(200, { connection: 'close' });
    response.end(JSON.stringify({ messages: messages.filter(({ id }) => id > after) }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(() => new Promise((done) => server.close(done)));

function run(argv: readonly string[], isLocal = true) {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const target: Target = {
    ...{ stage: 'dev', client: { maxAttempts: 1 }, sources: [], nowMs: async () => 0 },
    ...(isLocal ? { endpoint } : {}),
  };
  return runUnattended(argv, async () => target, { interruption: () => interruption.signal });
}

test('the newest are listed', async () => {
  const { exitCode, out, error } = await run(['inbox', '--limit', '1', '--channel', 'sms', '--to', '+15550100']);
  expect([exitCode, error]).toEqual([0, '1 older message is not shown (--limit).\n']);
  expect(out).toContain(' 2  1970-01-01T00:00:01Z  sms      +15550100  second\n');
  expect(asked).toEqual(['/_tidemark/inbox?channel=sms&to=%2B15550100']);
});

test('what comes is followed until Ctrl-C', async () => {
  const { exitCode, out } = await run(['--json', 'inbox', 'list', '--follow']);
  expect(exitCode).toBe(130);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(messages);
  expect(asked).toEqual(['/_tidemark/inbox', '/_tidemark/inbox?after=2']);
});

test('there is none in AWS', async () => {
  const { exitCode, error } = await run(['inbox'], false);
  expect([exitCode, error]).toEqual([2, expect.stringContaining('call it with --local')]);
});

test('a number is needed to show one', async () => {
  expect(await run(['inbox', 'show', 'first'])).toMatchObject({ exitCode: 2, error: expect.stringContaining('id: ') });
});
