import { GetEventSourceMappingCommand, LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { quiet, until } from '../../test/kinesis-mapping.ts';
import { type PipedOptions, pipedStack } from '../../test/piped-stack.ts';
import { EngineClock } from '../clock.ts';

const Mapping = {
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    ...{ FunctionName: { Ref: 'Target' }, EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] } },
    ...{ StartingPosition: 'TRIM_HORIZON', BatchSize: 100 },
  },
};

/** A running stack whose stream gets 20 records every 20 ms, until `end` gives all that were put. */
async function loadedStack(options: PipedOptions) {
  const stack = await pipedStack({ shards: 2, resources: { Mapping }, ...options });
  const { endpoint, mappings } = stack.engine;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  const lambda = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  onTestFinished(() => lambda.destroy());
  const UUID = mappings.list()[0]?.uuid;
  const sent: string[] = [];
  let isOver = false;
  const putting = (async () => {
    while (!isOver) {
      const more = Array.from({ length: 20 }, (_, index) => String(sent.length + index));
      sent.push(...more);
      await stack.put(...more);
      await new Promise((done) => setTimeout(done, 20));
    }
  })();
  onTestFinished(async () => {
    isOver = true;
    await putting;
  });
  const state = async () => (await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State;
  return {
    ...stack,
    state,
    /** Asks for it, and polls until it is so, as an operator would. */
    async enable(Enabled: boolean): Promise<readonly (string | undefined)[]> {
      const { State } = await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
      const seen = [State];
      const wanted = Enabled ? 'Enabled' : 'Disabled';
      while (seen.at(-1) !== wanted) {
        await new Promise((done) => setTimeout(done, 5));
        const now = await state();
        if (now !== seen.at(-1)) seen.push(now);
      }
      return seen;
    },
    async end(): Promise<string[]> {
      isOver = true;
      await putting;
      await stack.engine.idle();
      return sent;
    },
  };
}

const asNumbers = (texts: readonly string[]) => texts.map(Number).sort((a, b) => a - b);

it('disabled and enabled while records keep arriving, a mapping loses none and delivers none twice', async () => {
  const body = 'await new Promise((done) => setTimeout(done, 20));';
  const { engine, enable, end, texts } = await loadedStack({ body });
  for (let round = 1; round <= 4; round += 1) {
    const before = texts().length;
    await until(() => texts().length > before + 2);
    expect((await enable(false)).at(-1)).toBe('Disabled');
    // Nothing runs, and nothing begins, however much arrives.
    expect(engine.host.running).toBe(0);
    const atRest = texts().length;
    await new Promise((done) => setTimeout(done, 100));
    expect([engine.host.running, texts().length]).toEqual([0, atRest]);
    expect((await enable(true)).at(-1)).toBe('Enabled');
  }
  const sent = await end();
  expect(asNumbers(texts().flat())).toEqual(asNumbers(sent));
});

it('is Disabling as long as an invocation runs', async () => {
  const body = `
    const { existsSync } = await import('node:fs');
    while (!existsSync(process.env.OUT + '.released')) await new Promise((done) => setTimeout(done, 5));`;
  const { engine, state, enable, end, texts, release } = await loadedStack({ body, shards: 1 });
  await until(() => texts().length === 1);
  const disabling = enable(false);
  while ((await state()) !== 'Disabling') await new Promise((done) => setTimeout(done, 5));
  await quiet();
  expect([await state(), engine.host.running, texts().length]).toEqual(['Disabling', 1, 1]);
  release();
  await disabling;
  expect(engine.host.running).toBe(0);
  await enable(true);
  const sent = await end();
  expect(asNumbers(texts().flat())).toEqual(asNumbers(sent));
});

it('goes on while its transition is delayed, and loses nothing where invocations are killed in it', async () => {
  const clock = new EngineClock({ factor: 0 });
  const body = 'await new Promise((done) => setTimeout(done, 20));';
  const { engine, enable, end, texts } = await loadedStack({ body, clock, mappingTransitionMs: 1_000 });
  let kills = 0;
  for (let round = 1; round <= 3; round += 1) {
    const before = texts().length;
    const disabling = enable(false);
    await until(() => texts().length > before + 2);
    await until(() => engine.host.running > 0);
    kills += await engine.host.kill('target');
    const passing = setInterval(() => clock.advance(100), 5);
    await disabling;
    expect(engine.host.running).toBe(0);
    await enable(true);
    clearInterval(passing);
  }
  const passing = setInterval(() => clock.advance(100), 5);
  const sent = await end();
  clearInterval(passing);
  expect(kills).toBeGreaterThan(0);
  expect(asNumbers([...new Set(texts().flat())])).toEqual(asNumbers(sent));
});
