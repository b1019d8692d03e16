import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inlineFunction } from '../../test/inline-function.ts';
import { host, tried } from '../../test/tried-host.ts';
import type { LambdaHost } from './host.ts';

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

  it('are no more than the machine may have at once: what AWS would run waits for one', async () => {
    const code = 'export const handler = (n) => new Promise((r) => setTimeout(() => r([process.pid, n]), 20));';
    const { host: made } = host({ processesMax: 1 }, inlineFunction(code));
    const running = [1, 2, 3].map((n) => made.invoke('inline', n));
    expect(made.running).toBe(3);
    const payloads = (await Promise.all(running)).map((result) => (result as { payload: [number, number] }).payload);
    expect(payloads.map(([, n]) => n)).toEqual([1, 2, 3]);
    expect(new Set(payloads.map(([pid]) => pid)).size).toBe(1);
    expect(made.running).toBe(0);
  });

  it('are throttled past what an account may run at once, and those that wait never start when the host ends', async () => {
    const code = 'export const handler = () => new Promise(() => setInterval(() => {}, 1000));';
    const { host: made } = host({ processesMax: 1 }, inlineFunction(code));
    const throttled = { status: 'rejected', reason: { code: 'TooManyRequestsException' } };
    const accepted = Array.from({ length: 1_000 }, () => made.invoke('inline', {}));
    const [beyond] = await Promise.allSettled([made.invoke('inline', {})]);
    expect(beyond).toMatchObject(throttled);
    await until(() => made.runningOf('inline') === 1);
    await made.close();
    const [first, ...waiting] = await Promise.allSettled(accepted);
    expect(first).toMatchObject({ status: 'fulfilled', value: { ok: false, errorType: 'Runtime.ExitError' } });
    expect(waiting.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(waiting.at(-1)).toMatchObject(throttled);
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
    onTestFinished(remove);
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

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
