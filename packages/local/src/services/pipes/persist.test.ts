import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import {
  CreatePipeCommand,
  DeletePipeCommand,
  DescribePipeCommand,
  PipesClient,
  StopPipeCommand,
} from '@aws-sdk/client-pipes';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../test/kinesis-mapping.ts';
import { noDelays, pipedAssembly, pipeName, place, roleArnOf } from '../../../test/piped-stack.ts';
import { EngineClock } from '../../clock.ts';
import { type Engine, type EngineOptions, startEngine } from '../../engine.ts';

const Name = pipeName;

/** Engines one after the other on the same directory. */
async function keptStack(resources: Readonly<Record<string, unknown>> = {}) {
  const persist = await mkdtemp(join(tmpdir(), 'tidemark-pipes-'));
  onTestFinished(() => rm(persist, { recursive: true }));
  const { assembly, texts } = await pipedAssembly({ resources });
  const start = async (more: Partial<EngineOptions> = {}) => {
    const engine = await startEngine({ assembly, persist, pipeDelays: noDelays, ...more });
    onTestFinished(() => engine.stop());
    return engine;
  };
  return { start, texts };
}

function clientsOf({ endpoint }: Engine) {
  const client = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    maxAttempts: 1,
  };
  const [pipes, kinesis] = [new PipesClient(client), new KinesisClient(client)];
  onTestFinished(() => {
    for (const each of [pipes, kinesis]) each.destroy();
  });
  return {
    pipes,
    create: (more: object = {}) =>
      pipes.send(
        new CreatePipeCommand({
          ...{ Name, RoleArn: roleArnOf('piping'), Source: `arn:aws:kinesis:${place}:stream/web` },
          ...{ Target: `arn:aws:lambda:${place}:function:target`, Tags: { run: '1' } },
          SourceParameters: { KinesisStreamParameters: { StartingPosition: 'TRIM_HORIZON' } },
          ...more,
        }),
      ),
    state: async () => (await pipes.send(new DescribePipeCommand({ Name }))).CurrentState,
    put: async (...texts: string[]) => {
      const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text }));
      await kinesis.send(new PutRecordsCommand({ StreamName: 'web', Records }));
    },
  };
}

it('a pipe goes on where it was, one that is stopped stays so, and a new one of its name begins anew', async () => {
  const { start, texts } = await keptStack();
  const first = await start();
  await clientsOf(first).put('1', '2');
  await clientsOf(first).create();
  await first.idle();
  await clientsOf(first).put('3');
  await first.idle();
  await first.stop();
  const second = await start();
  const { pipes, put } = clientsOf(second);
  await put('4');
  await second.idle();
  expect(texts().flat()).toEqual(['1', '2', '3', '4']);
  expect(await pipes.send(new DescribePipeCommand({ Name }))).toMatchObject({
    CurrentState: 'RUNNING',
    Tags: { run: '1' },
  });
  await pipes.send(new StopPipeCommand({ Name }));
  await second.idle();
  await put('5');
  await second.stop();
  const third = await start();
  await third.idle();
  expect([await clientsOf(third).state(), texts().flat()]).toEqual(['STOPPED', ['1', '2', '3', '4']]);
  await clientsOf(third).pipes.send(new DeletePipeCommand({ Name }));
  await third.idle();
  await clientsOf(third).create();
  await third.idle();
  expect(texts().at(-1)).toEqual(['1', '2', '3', '4', '5']);
});

it('a transition that the end cut off is made by the next engine', async () => {
  const { start, texts } = await keptStack();
  const standing = {
    clock: new EngineClock({ factor: 0 }),
    pipeDelays: { ...noDelays, transitionMs: 1_000, deleteMs: 1_000 },
  };
  const first = await start(standing);
  await clientsOf(first).put('1');
  await clientsOf(first).create();
  expect(await clientsOf(first).state()).toBe('CREATING');
  await first.stop();
  const second = await start(standing);
  expect(await clientsOf(second).state()).toBe('CREATING');
  standing.clock.advance(1_000);
  await until(() => texts().length === 1);
  await clientsOf(second).pipes.send(new DeletePipeCommand({ Name }));
  await second.stop();
  const third = await start();
  await third.idle();
  expect(third.pipes.list()).toEqual([]);
});

it('a pipe of the template goes on as well, and is gone when the template has it no more', async () => {
  const pipe = (more: object = {}) => ({
    Pipe: {
      Type: 'AWS::Pipes::Pipe',
      Properties: {
        ...{ RoleArn: { 'Fn::GetAtt': ['Piping', 'Arn'] }, Source: { 'Fn::GetAtt': ['Stream', 'Arn'] } },
        ...{ Target: { 'Fn::GetAtt': ['Target', 'Arn'] }, LogConfiguration: { Level: 'OFF' } },
        SourceParameters: { KinesisStreamParameters: { StartingPosition: 'TRIM_HORIZON', BatchSize: '2' } },
        ...more,
      },
    },
  });
  const { start, texts } = await keptStack(pipe({ Description: 'first' }));
  const first = await start();
  const { physicalId } = first.deployment.resources.find(({ type }) => type === 'AWS::Pipes::Pipe') ?? {};
  expect(physicalId).toMatch(/^Small-test-Pipe-[0-9A-F]{12}$/);
  await clientsOf(first).put('1', '2', '3');
  await first.idle();
  await first.stop();
  const changed = await pipedAssembly({ resources: pipe({ Description: 'second' }) });
  const second = await start({ assembly: changed.assembly });
  await clientsOf(second).put('4');
  await second.idle();
  expect([texts(), changed.texts()]).toEqual([[['1', '2'], ['3']], [['4']]]);
  expect(second.pipes.list().map(({ given }) => given.Description)).toEqual(['second']);
  await second.stop();
  const moved = await pipedAssembly({
    resources: pipe({ SourceParameters: { KinesisStreamParameters: { StartingPosition: 'LATEST' } } }),
  });
  await expect(start({ assembly: moved.assembly })).rejects.toThrow(
    `Pipe: pipe ${physicalId} was kept with another source or start than the template has now`,
  );
  const without = await pipedAssembly({});
  const third = await start({ assembly: without.assembly });
  expect(third.pipes.list()).toEqual([]);
});
