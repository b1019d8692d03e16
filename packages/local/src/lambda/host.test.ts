import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type InlineFunction, inlineFunction } from '../../test/inline-function.ts';
import { EngineClock } from '../clock.ts';
import type { FunctionDefinition } from './definition.ts';
import { LambdaHost, type LambdaHostOptions, type LogLine } from './host.ts';
import type { InvocationUsage } from './report.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Tried {
  readonly host: LambdaHost;
  readonly lines: LogLine[];
  readonly usages: InvocationUsage[];
  readonly texts: () => string[];
}

function host(options: Partial<LambdaHostOptions>, ...functions: InlineFunction[]): Tried {
  const lines: LogLine[] = [];
  const usages: InvocationUsage[] = [];
  const made = new LambdaHost({
    clock: new EngineClock(),
    region: 'us-east-1',
    endpoint: () => 'http://127.0.0.1:1',
    log: (line) => lines.push(line),
    meter: (usage) => usages.push(usage),
    ...options,
  });
  cleanups.push(() => Promise.all(functions.map((each) => each.remove())));
  cleanups.push(() => made.close());
  for (const { definition } of functions) made.deploy(definition);
  return { host: made, lines, usages, texts: () => lines.map((line) => line.text) };
}

function tried(code: string, overrides: Partial<FunctionDefinition> = {}, file?: string): Tried {
  return host({}, inlineFunction(code, overrides, file));
}

const id = '[0-9a-f]{8}-[0-9a-f-]{27}';

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
        awsRequestId: expect.stringMatching(id),
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
    cleanups.push(() => delete process.env.TIDEMARK_SECRET_OF_THE_ENGINE);
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

  it('passes 6 MB in and out', async () => {
    const { host } = tried('export const handler = async (event) => event;');
    const event = { data: 'x'.repeat(6_291_456 - 20) };
    expect(await host.invoke('inline', event)).toEqual({ ok: true, payload: event });
  });
});

describe('a handler that fails', () => {
  it.each<[string, string, object]>([
    ['an error thrown', 'async () => { throw new TypeError("no"); }', { errorType: 'TypeError', errorMessage: 'no' }],
    [
      'an error of its own name',
      'async () => { const e = new Error("m"); e.name = "Mine"; throw e; }',
      { errorType: 'Mine', errorMessage: 'm' },
    ],
    [
      'an error thrown at once',
      '() => { throw new RangeError("no"); }',
      { errorType: 'RangeError', errorMessage: 'no' },
    ],
    ['a string thrown', 'async () => { throw "text"; }', { errorType: 'string', errorMessage: 'text', trace: [] }],
    [
      'an answer that JSON cannot hold',
      'async () => 1n',
      { errorType: 'Error', errorMessage: 'Unable to stringify response body' },
    ],
    [
      'an answer above 6 MB',
      'async () => "x".repeat(6291556)',
      {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      },
    ],
    ['a promise that nothing can settle', 'async () => new Promise(() => {})', { errorType: 'Runtime.NodeJsExit' }],
    [
      'an uncaught error',
      'async () => { setImmediate(() => { throw new EvalError("late"); }); await new Promise((r) => setTimeout(r, 5000)); }',
      { errorType: 'EvalError', errorMessage: 'late' },
    ],
    [
      'an unhandled rejection',
      'async () => { Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 5000)); }',
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
    ],
    [
      'an exit',
      'async () => process.exit(3)',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(`^RequestId: ${id} Error: Runtime exited with error: exit status 3$`),
      },
    ],
    [
      'an exit without a reason',
      'async () => process.exit(0)',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(`^RequestId: ${id} Error: Runtime exited without providing a reason$`),
      },
    ],
    [
      'a signal',
      'async () => { process.kill(process.pid, "SIGKILL"); await new Promise(() => setTimeout(() => {}, 5000)); }',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/),
      },
    ],
    [
      'a full heap',
      'async () => { const a = []; for (;;) a.push(new Array(10000).fill(a.length)); }',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/Runtime exited with error: signal: aborted$/),
      },
    ],
  ])('%s', async (_, handler, failure) => {
    // The heap's own limit is set low, so that it is not the memory's that strikes.
    const environment = { NODE_OPTIONS: '--max-old-space-size=40' };
    const { host } = tried(`export const handler = ${handler};`, { environment });
    expect(await host.invoke('inline', {})).toMatchObject({ ok: false, functionError: 'Unhandled', ...failure });
    // The function goes on, in a new sandbox where the old one died.
    const after = await host.invoke('inline', {});
    expect(after).toMatchObject({ ok: false, ...failure });
  });

  it('gives the stack as a trace', async () => {
    const { host } = tried('export const handler = async () => { throw new TypeError("no"); };');
    const result = await host.invoke('inline', {});
    const { trace } = result as unknown as { trace: string[] };
    expect(trace.slice(0, 2)).toEqual(['TypeError: no', expect.stringMatching(/^ {4}at .*index\.mjs:1:/)]);
  });

  it('is ended when its buffers exceed its memory', async () => {
    const code = `const held = []; export const handler = async () => {
      for (;;) { held.push(Buffer.alloc(4_000_000, 1)); await new Promise((r) => setTimeout(r, 2)); } };`;
    const { host, usages } = tried(code, { memoryMb: 128 });
    const result = await host.invoke('inline', {});
    if (process.platform !== 'linux') return;
    expect(result).toMatchObject({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/),
    });
    expect(usages[0]?.usedMbMax).toBe(128);
  });

  it('is cut off at its timeout, even in a loop that never yields', async () => {
    const { host, texts, usages } = tried('export const handler = async () => { for (;;); };', { timeoutSeconds: 1 });
    expect(await host.invoke('inline', {})).toEqual({
      ok: false,
      functionError: 'Unhandled',
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(`^RequestId: ${id} Error: Task timed out after 1.00 seconds$`),
    });
    expect(texts()).toContainEqual(
      expect.stringMatching(`^\\d{4}-[-0-9T:.]+Z ${id} Task timed out after 1.00 seconds$`),
    );
    expect(usages[0]).toMatchObject({ outcome: 'timeout' });
  });
});

describe('a function that cannot start', () => {
  it.each<[string, string, Partial<FunctionDefinition>, object]>([
    [
      'throws on load',
      'throw new SyntaxError.prototype.constructor("x")',
      {},
      { errorType: 'Runtime.UserCodeSyntaxError' },
    ],
    [
      'throws an error on load',
      'throw new Error("TABLE is missing")',
      {},
      { errorType: 'Error', errorMessage: 'TABLE is missing' },
    ],
    ['is no JavaScript', 'export const = 1', {}, { errorType: 'Runtime.UserCodeSyntaxError' }],
    ['has no such file', '', { handler: 'other.handler' }, { errorType: 'Runtime.ImportModuleError' }],
    [
      'has no such export',
      'export const other = 1',
      {},
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
    ],
    [
      'exports no function',
      'export const handler = 1',
      {},
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is not a function' },
    ],
    [
      'takes a callback',
      'export const handler = (a, b, c) => c(null)',
      {},
      { errorType: 'Runtime.CallbackHandlerDeprecated' },
    ],
    ['has no handler name', '', { handler: 'handler' }, { errorType: 'Runtime.MalformedHandlerName' }],
    [
      'never loads',
      'await new Promise(() => {}); export const handler = 1',
      {},
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 13$/) },
    ],
    [
      'exits on load',
      'process.exit(7)',
      {},
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 7$/) },
    ],
  ])('%s', async (_, code, overrides, failure) => {
    const { host } = tried(code, overrides);
    expect(await host.invoke('inline', {})).toMatchObject({ ok: false, ...failure });
    expect(await host.invoke('inline', {})).toMatchObject({ ok: false, ...failure });
  });
});

it('fails where the code is gone', async () => {
  const gone = inlineFunction('');
  gone.remove();
  const { host: made } = host({}, gone);
  expect(await made.invoke('inline', {})).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
});

describe('sandboxes', () => {
  const counting = 'let n = 0; export const handler = async () => [process.pid, ++n];';
  const calls = async (host: LambdaHost, times: number) => {
    const pids = new Set<unknown>();
    let last: unknown;
    for (let call = 0; call < times; call += 1) {
      const [pid, n] = ((await host.invoke('inline', {})) as { payload: [number, number] }).payload;
      pids.add(pid);
      last = n;
    }
    return { processes: pids.size, last };
  };

  it('are used again while warm', async () => {
    const { host, usages } = tried(counting);
    expect(await calls(host, 3)).toEqual({ processes: 1, last: 3 });
    expect(usages.map((usage) => usage.initMs === undefined)).toEqual([false, true, true]);
  });

  it('are new for every invocation on request', async () => {
    const { host: made } = host({ freshInstances: true }, inlineFunction(counting));
    expect(await calls(made, 3)).toEqual({ processes: 3, last: 1 });
  });

  it('run at once, each one invocation', async () => {
    const code = `let busy = 0; export const handler = async () => {
      busy += 1; await new Promise((r) => setTimeout(r, 100)); const seen = busy; busy -= 1; return [process.pid, seen]; };`;
    const { host } = tried(code);
    const results = await Promise.all([1, 2, 3].map(() => host.invoke('inline', {})));
    const payloads = results.map((result) => (result as { payload: [number, number] }).payload);
    expect(new Set(payloads.map(([pid]) => pid)).size).toBe(3);
    expect(payloads.map(([, seen]) => seen)).toEqual([1, 1, 1]);
  });

  it('are no more than the reserved concurrency', async () => {
    const code = 'export const handler = () => new Promise((r) => setTimeout(() => r(1), 200));';
    const { host } = tried(code, { reservedConcurrency: 1 });
    const [first, second] = await Promise.allSettled([host.invoke('inline', {}), host.invoke('inline', {})]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { ok: true } });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'TooManyRequestsException' } });
    expect(await host.invoke('inline', {})).toMatchObject({ ok: true });
  });

  it('die when killed while busy, and the invocation says so', async () => {
    const code = `export const handler = async (event) => { console.log('in'); return new Promise((r) => setTimeout(() => r(1), event.ms)); };`;
    const { host, lines } = tried(code);
    const running = host.invoke('inline', { ms: 60_000 });
    await until(() => lines.some((line) => line.text.endsWith('in')));
    expect(await host.kill('inline')).toBe(1);
    expect(await running).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/signal: killed$/),
    });
    expect(await host.invoke('inline', { ms: 0 })).toEqual({ ok: true, payload: 1 });
  });

  it('die by the token that their calls carry', async () => {
    const code = `export const handler = async (event) => { console.log(process.env.AWS_SESSION_TOKEN); return new Promise((r) => setTimeout(() => r(1), 60000)); };`;
    const { host, lines } = tried(code);
    const running = [host.invoke('inline', {}), host.invoke('inline', {})];
    await until(() => tokens().length === 2);
    expect(new Set(tokens()).size).toBe(2);
    expect(await host.killCaller(tokens()[0] ?? '')).toBe(true);
    expect(await Promise.race(running)).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await host.killCaller(tokens()[0] ?? '')).toBe(false);
    expect(await host.killCaller(tokens()[1] ?? '')).toBe(true);
    await Promise.all(running);

    function tokens(): string[] {
      return lines.flatMap(({ text }) => /INFO\t([0-9a-f]{24})$/.exec(text)?.[1] ?? []);
    }
  });

  it('end with the host', async () => {
    const { host } = tried('export const handler = async () => process.pid;');
    const result = (await host.invoke('inline', {})) as { payload: number };
    await host.close();
    expect(() => process.kill(result.payload, 0)).toThrow('ESRCH');
    await expect(host.invoke('inline', {})).rejects.toMatchObject({ code: 'TooManyRequestsException' });
  });
});

describe('an engine that is killed', () => {
  it('leaves no sandbox behind', async () => {
    const { definition, remove } = inlineFunction('export const handler = async () => process.pid;');
    cleanups.push(remove);
    const [hostFile, clockFile] = ['./host.ts', '../clock.ts'].map((file) =>
      fileURLToPath(new URL(file, import.meta.url)),
    );
    const engine = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { LambdaHost } from ${JSON.stringify(hostFile)};
       import { EngineClock } from ${JSON.stringify(clockFile)};
       const host = new LambdaHost({ clock: new EngineClock(), region: 'us-east-1', endpoint: () => 'http://127.0.0.1:1' });
       host.deploy(${JSON.stringify(definition)});
       const { payload } = await host.invoke('inline', {});
       console.log(payload);
       setInterval(() => {}, 1000);`,
    ]);
    const [text] = await once(engine.stdout, 'data');
    const pid = Number(String(text));
    expect(pid).toBeGreaterThan(0);
    engine.kill('SIGKILL');
    await until(() => !isAlive(pid));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('what an invocation leaves', () => {
  it("is START, the handler's lines, END and REPORT, in order", async () => {
    const code = `export const handler = async () => {
      console.log('one', { two: 2 }); console.error('three\\nfour'); process.stdout.write('raw\\nunended'); process.stderr.write('err\\n'); };`;
    const { host, texts, lines } = tried(code);
    await host.invoke('inline', {});
    await host.invoke('inline', {});
    const first = texts().slice(0, texts().length / 2);
    expect(first[0]).toMatch(new RegExp(`^START RequestId: ${id} Version: \\$LATEST$`));
    expect(first).toHaveLength(8);
    for (const line of [
      expect.stringMatching(new RegExp(`^\\d{4}.*Z\\t${id}\\tERROR\\tthree\nfour$`)),
      expect.stringMatching(new RegExp(`^\\d{4}.*Z\\t${id}\\tINFO\\tone \\{ two: 2 \\}$`)),
      'err',
      'raw',
      'unended',
    ]) {
      expect(first.slice(1, -2)).toContainEqual(line);
    }
    expect(first.at(-2)).toMatch(new RegExp(`^END RequestId: ${id}$`));
    expect(first.at(-1)).toMatch(
      new RegExp(
        `^REPORT RequestId: ${id}\\tDuration: [0-9.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 256 MB\\tMax Memory Used: \\d+ MB\\tInit Duration: [0-9.]+ ms\\t$`,
      ),
    );
    expect(texts().at(-1)).not.toContain('Init Duration');
    expect(new Set(lines.map((line) => line.logStreamName)).size).toBe(1);
  });

  it('is JSON where the function logs JSON', async () => {
    const code = `export const handler = async () => { console.debug('not seen'); console.log({ a: 1 }); console.warn('b', new TypeError('c')); };`;
    const { host, texts } = tried(code, { logFormat: 'JSON', logLevel: 'INFO' });
    await host.invoke('inline', {});
    const [start, first, second, report] = texts().map((text) => JSON.parse(text));
    expect(start).toMatchObject({ type: 'platform.start', record: { version: '$LATEST' } });
    expect(first).toMatchObject({ level: 'INFO', message: { a: 1 }, requestId: start.record.requestId });
    expect(second).toMatchObject({ level: 'WARN', errorType: 'TypeError', errorMessage: 'c' });
    expect(report).toMatchObject({
      type: 'platform.report',
      record: { status: 'success', metrics: { memorySizeMB: 256 } },
    });
  });

  it('is metered in gigabyte-seconds, initialization included', async () => {
    const { host, usages } = tried('export const handler = async () => {};', { memoryMb: 512 });
    await host.invoke('inline', {});
    const [usage] = usages;
    expect(usage).toMatchObject({ functionName: 'inline', outcome: 'success', memoryMb: 512 });
    expect(usage?.billedMs).toBe(Math.ceil((usage?.durationMs ?? 0) + (usage?.initMs ?? 0)));
    expect(usage?.gigabyteSeconds).toBeCloseTo(0.5 * ((usage?.billedMs ?? 0) / 1000));
    expect(usage?.usedMbMax).toBeGreaterThan(10);
  });
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

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
