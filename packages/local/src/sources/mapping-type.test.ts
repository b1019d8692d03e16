import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterEach, describe, expect, it } from 'vitest';
import { inlineFunction } from '../../test/inline-function.ts';
import { EngineClock } from '../clock.ts';
import { LambdaHost } from '../lambda/host.ts';
import { KinesisServer } from '../services/kinesis/server.ts';
import { TemplateRefused } from '../template/refusal.ts';
import { object, refusals } from '../template/shape.ts';
import { mappingType } from './mapping-type.ts';
import { EventSourceMappings } from './mappings.ts';
import { memoryPositions } from './positions.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const streamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/web';
const minimal = { FunctionName: 'counter', EventSourceArn: streamArn, StartingPosition: 'TRIM_HORIZON' };

async function setUp() {
  const clock = new EngineClock({ factor: 100 });
  const region = 'us-east-1';
  const host = new LambdaHost({ clock, region, endpoint: () => 'http://127.0.0.1:1' });
  const { definition, remove } = inlineFunction('export const handler = async () => {};', { functionName: 'counter' });
  host.deploy(definition);
  const kinesis = new KinesisServer({ clock });
  await kinesis.invoke('CreateStream', { StreamName: 'web', ShardCount: 1 });
  const streams = new DynamoDBStreamsClient({ region });
  const mappings = new EventSourceMappings();
  cleanups.push(
    remove,
    () => host.close(),
    () => mappings.stop(),
    () => streams.destroy(),
  );
  const dispatch = () => Promise.reject(new Error('no destination'));
  const type = mappingType({ region, clock, host, kinesis, streams, mappings, positions: memoryPositions(), dispatch });
  const create = (properties: Readonly<Record<string, unknown>>) =>
    type.create({
      logicalId: 'Mapping',
      properties,
      metadata: {},
      directory: '/',
      generatedName: () => 'Stack-Mapping-1',
    });
  return { type, create, mappings, kinesis };
}

describe('AWS::Lambda::EventSourceMapping', () => {
  it('starts, named the same every time', async () => {
    const { create, mappings, kinesis } = await setUp();
    const created = await create({
      ...minimal,
      FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:counter',
    });
    expect(created.physicalId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(created.attributes).toEqual({
      Id: created.physicalId,
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${created.physicalId}`,
    });
    expect((await (await setUp()).create(minimal)).physicalId).toBe(created.physicalId);
    const mapping = mappings.get(created.physicalId);
    expect(mapping?.state).toBe('Enabled');
    await kinesis.invoke('PutRecord', { StreamName: 'web', Data: Buffer.from('1'), PartitionKey: 'p' });
    await mappings.idle();
    expect(mapping?.lastProcessingResult).toBe('OK');
  });

  it('stands still where it is not enabled', async () => {
    const { create, mappings } = await setUp();
    const { physicalId } = await create({ ...minimal, Enabled: 'false' });
    expect(mappings.get(physicalId)?.state).toBe('Disabled');
  });

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ TumblingWindowInSeconds: 901 }, 'Mapping: TumblingWindowInSeconds: 901 is not a whole number from 0 to 900'],
    [{ BatchSize: 0 }, 'Mapping: BatchSize: 0 is not a whole number from 1 to 10000'],
    [
      { StartingPosition: 'HERE' },
      'Mapping: StartingPosition: "HERE" is none of TRIM_HORIZON, LATEST and, with a timestamp, AT_TIMESTAMP',
    ],
    [{ StartingPosition: 'AT_TIMESTAMP' }, 'Mapping: StartingPosition: "AT_TIMESTAMP" is none of'],
    [
      { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:q' },
      'Mapping: EventSourceArn: arn:aws:sqs:us-east-1:000000000000:q is neither a Kinesis stream nor a DynamoDB stream',
    ],
    [{ EventSourceArn: `${streamArn}/consumer/c:1` }, 'is neither a Kinesis stream nor a DynamoDB stream'],
    [
      {
        EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/x',
        StartingPosition: 'AT_TIMESTAMP',
        StartingPositionTimestamp: 1,
      },
      'Mapping: StartingPosition: a DynamoDB stream has no AT_TIMESTAMP',
    ],
  ])('refuses %o', async (properties, reason) => {
    const { create } = await setUp();
    const refused = await create({ ...minimal, ...properties }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TemplateRefused);
    expect((refused as TemplateRefused).reasons).toEqual([expect.stringContaining(reason)]);
  });

  it('refuses what it does not run, by name', async () => {
    const { type } = await setUp();
    const properties = { ...minimal, ParallelizationFactor: 2, Queues: ['q'] };
    expect(refusals(object(type.members), properties, 'Mapping')).toEqual([
      expect.stringMatching(/^Mapping\.ParallelizationFactor: 2 is not supported/),
      expect.stringMatching(/^Mapping\.Queues is not supported/),
    ]);
  });
});
