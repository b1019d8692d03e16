import { describe, expect, it } from 'vitest';
import { inlineFunction } from '../../test/inline-function.ts';
import { host, requestId, tried } from '../../test/tried-host.ts';
import type { FunctionDefinition } from './definition.ts';

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
        errorMessage: expect.stringMatching(
          `^RequestId: ${requestId} Error: Runtime exited with error: exit status 3$`,
        ),
      },
    ],
    [
      'an exit without a reason',
      'async () => process.exit(0)',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(
          `^RequestId: ${requestId} Error: Runtime exited without providing a reason$`,
        ),
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
      errorMessage: expect.stringMatching(`^RequestId: ${requestId} Error: Task timed out after 1.00 seconds$`),
    });
    expect(texts()).toContainEqual(
      expect.stringMatching(`^\\d{4}-[-0-9T:.]+Z ${requestId} Task timed out after 1.00 seconds$`),
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
