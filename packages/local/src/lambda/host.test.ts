import { describe, expect, it, onTestFinished } from 'vitest';
import { inlineFunction } from '../../test/inline-function.ts';
import { host, requestId, tried } from '../../test/tried-host.ts';
import { EngineClock } from '../clock.ts';

describe('a handler that answers', () => {
  it.each([
    ['async', 'export const handler = async (event) => ({ got: event.a });', 'index.mjs', { got: 1 }],
    ['returning', 'export function handler(event) { return event.a + 1; }', 'index.mjs', 2],
    ['returning nothing', 'export async function handler() {}', 'index.mjs', null],
    ['CommonJS', 'exports.handler = async (event) => [event.a];', 'index.cjs', [1]],
    ['CommonJS in .js', 'module.exports.handler = async (event) => [event.a];', 'index.js', [1]],
    ['with top-level await', 'const b = await 4; export const handler = async () => b;', 'index.mjs', 4],
  ])('%s', async (_, code, file, payload) => {
    const { host } = tried(code, {}, file);
    expect(await host.invoke('inline', { a: 1 })).toEqual({ ok: true, payload });
  });

  it('sees the context that Lambda gives', async () => {
    const code = `export const handler = async (_, context) =>
      ({ ...context, remaining: context.getRemainingTimeInMillis() });`;
    const { host } = tried(code, { timeoutSeconds: 7, memoryMb: 192 });
    const result = await host.invoke('inline', {});
    expect(result).toMatchObject({
      ok: true,
      payload: {
        functionName: 'inline',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:inline',
        memoryLimitInMB: '192',
        awsRequestId: expect.stringMatching(requestId),
        logGroupName: '/aws/lambda/inline',
        logStreamName: expect.stringMatching(/^\[\$LATEST\][0-9a-f]{32}$/),
      },
    });
    const { remaining } = (result as { payload: { remaining: number } }).payload;
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(7000);
  });

  it('has the environment of a sandbox and nothing of the engine', async () => {
    process.env.TIDEMARK_SECRET_OF_THE_ENGINE = 'x';
    onTestFinished(() => {
      delete process.env.TIDEMARK_SECRET_OF_THE_ENGINE;
    });
    const { host } = tried(
      'export const handler = async () => ({ ...process.env, offset: new Date().getTimezoneOffset() });',
      {
        environment: { TABLE: 'series', AWS_REGION: 'cannot be overridden' },
      },
    );
    const result = await host.invoke('inline', {});
    const payload = (result as { payload: Record<string, unknown> }).payload;
    expect(payload).toMatchObject({
      TABLE: 'series',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'LOCALINLINE',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'inline',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      _HANDLER: 'index.handler',
      TZ: ':UTC',
      offset: 0,
    });
    const names = Object.keys(payload).filter((name) => !/^(AWS_|LAMBDA_)/.test(name));
    expect(names.sort()).toEqual(['HOME', 'LANG', 'PATH', 'TABLE', 'TZ', '_HANDLER', '_X_AMZN_TRACE_ID', 'offset']);
  });

  it("lives in the engine clock's time", async () => {
    const clock = new EngineClock({ startMs: Date.UTC(2031, 0, 2) });
    const code = `export const handler = async () =>
      [Date.now(), new Date().toISOString(), new Date(0).getTime(), new Date() instanceof Date, Date().slice(11, 15)];`;
    const { host: made } = host({ clock }, inlineFunction(code));
    const result = await made.invoke('inline', {});
    const [now, text, epoch, isDate, year] = (result as { payload: [number, string, number, boolean, string] }).payload;
    expect(now).toBeGreaterThanOrEqual(Date.UTC(2031, 0, 2));
    expect([text.slice(0, 10), epoch, isDate, year]).toEqual(['2031-01-02', 0, true, '2031']);
  });

  it('counts as running from its cold start on', async () => {
    const { host } = tried('export const handler = async () => {};');
    expect(host.running).toBe(0);
    const invocation = host.invoke('inline', {});
    expect(host.running).toBe(1);
    await invocation;
    expect(host.running).toBe(0);
  });

  it('passes 6 MB in and out', async () => {
    const { host } = tried('export const handler = async (event) => event;');
    const event = { data: 'x'.repeat(6_291_456 - 20) };
    expect(await host.invoke('inline', event)).toEqual({ ok: true, payload: event });
  });
});

it('is deployed anew: the code is the new one from the next invocation on, and no sandbox of the old one is left', async () => {
  const { host } = tried('export const handler = async () => process.pid;');
  const pid = ((await host.invoke('inline', {})) as { payload: number }).payload;
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(isAlive()).toBe(true);
  const anew = inlineFunction('export const handler = async () => "new";');
  onTestFinished(anew.remove);
  host.deploy(anew.definition);
  expect(await host.invoke('inline', {})).toEqual({ ok: true, payload: 'new' });
  await expect.poll(isAlive).toBe(false);
});

describe('an invocation that is refused', () => {
  it('names a function that is not there', async () => {
    await expect(tried('').host.invoke('other', {})).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('has an event above 6 MB', async () => {
    const { host } = tried('export const handler = async () => {};');
    await expect(host.invoke('inline', 'x'.repeat(6_291_456))).rejects.toMatchObject({
      code: 'RequestTooLargeException',
      message: '6291458 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)',
    });
  });
});
