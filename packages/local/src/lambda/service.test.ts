import {
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlineFunction } from '../../test/inline-function.ts';
import { type TriedMapping, tryMapping } from '../../test/kinesis-mapping.ts';
import { EngineClock } from '../clock.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';
import { MetricStore } from '../services/cloudwatch/store.ts';
import { EventSourceMappings } from '../sources/mappings.ts';
import { AsynchronousInvocations } from './asynchronous.ts';
import { LambdaHost, type LogLine } from './host.ts';
import { LambdaMetrics } from './lambda-metrics.ts';
import { Permissions } from './permissions.ts';
import { LambdaService } from './service.ts';
import { FunctionUrls } from './url/function-urls.ts';

const clock = new EngineClock({ factor: 1000 });
const lines: LogLine[] = [];
const host = new LambdaHost({
  clock,
  region: 'us-east-1',
  endpoint: () => gateway.endpoint,
  log: (line) => lines.push(line),
});
const asynchronous = new AsynchronousInvocations({
  host,
  clock,
  region: 'us-east-1',
  metrics: new LambdaMetrics(new MetricStore(undefined), clock),
  dispatch: () => Promise.reject(new Error('no destination')),
  onError: (error) => {
    throw error;
  },
});
const mappings = new EventSourceMappings();
const code = `export const handler = async (event, context) => {
  console.log('event', JSON.stringify(event));
  if (event?.fail) throw new TypeError(event.fail);
  return { event, client: context.clientContext };
};`;
const functions = [
  inlineFunction(code, { functionName: 'counter', environment: { TABLE: 'series' }, reservedConcurrency: 5 }),
  inlineFunction(code, { functionName: 'off', reservedConcurrency: 0 }),
];
let gateway: Gateway;
const functionUrls = new FunctionUrls({
  ...{ host, permissions: new Permissions(), clock, endpoint: () => 'http://127.0.0.1:1' },
});
let lambda: LambdaClient;

beforeAll(async () => {
  for (const { definition } of functions) host.deploy(definition);
  gateway = await startGateway({
    port: 0,
    services: new Map([['lambda', new LambdaService({ host, asynchronous, mappings, functionUrls, clock })]]),
    interceptors: [],
    control: async () => undefined,
    functionOf: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  lambda = new LambdaClient({ endpoint: gateway.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
});

afterAll(async () => {
  lambda.destroy();
  asynchronous.close();
  await host.close();
  await gateway.close();
  for (const each of functions) each.remove();
});

const payload = (value: unknown) => Buffer.from(JSON.stringify(value));
const parsed = (bytes: Uint8Array | undefined): unknown => JSON.parse(Buffer.from(bytes ?? []).toString('utf8'));

describe('Invoke', () => {
  it('answers with what the handler returned', async () => {
    const ClientContext = Buffer.from('{"custom":{"a":1}}').toString('base64');
    const input = { FunctionName: 'counter', Payload: payload({ a: 1 }), ClientContext };
    const answer = await lambda.send(new InvokeCommand(input));
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.FunctionError).toBeUndefined();
    expect(parsed(answer.Payload)).toEqual({ event: { a: 1 }, client: { custom: { a: 1 } } });
  });

  it('takes the function by its ARN, and no payload', async () => {
    const FunctionName = 'arn:aws:lambda:us-east-1:000000000000:function:counter';
    const answer = await lambda.send(new InvokeCommand({ FunctionName }));
    expect(parsed(answer.Payload)).toEqual({ event: {} });
  });

  it('tells of an error, with the log on request', async () => {
    const input = { FunctionName: 'counter', Payload: payload({ fail: 'no' }), LogType: 'Tail' as const };
    const answer = await lambda.send(new InvokeCommand(input));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(parsed(answer.Payload)).toMatchObject({ errorType: 'TypeError', errorMessage: 'no' });
    const log = Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8');
    expect(log).toMatch(/^START RequestId: .*\n[\s\S]*\tINFO\tevent \{"fail":"no"\}\n[\s\S]*\nREPORT RequestId: .*\n$/);
  });

  it('without waiting tries a failing event three times', async () => {
    const input = { FunctionName: 'counter', Payload: payload({ fail: 'event' }), InvocationType: 'Event' as const };
    expect(await lambda.send(new InvokeCommand(input))).toMatchObject({ StatusCode: 202 });
    while (!asynchronous.isIdle) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(lines.filter(({ text }) => text.endsWith('event {"fail":"event"}'))).toHaveLength(3);
  });

  it('only looks, on request', async () => {
    const input = { FunctionName: 'counter', Payload: payload({ fail: 'dry' }), InvocationType: 'DryRun' as const };
    expect(await lambda.send(new InvokeCommand(input))).toMatchObject({ StatusCode: 204 });
    expect(lines.some(({ text }) => text.includes('dry'))).toBe(false);
  });

  it.each<[string, string, Buffer, object]>([
    [
      'an unknown function',
      'other',
      payload({}),
      { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } },
    ],
    [
      'no JSON',
      'counter',
      Buffer.from('{'),
      { name: 'InvalidRequestContentException', $metadata: { httpStatusCode: 400 } },
    ],
    [
      'no concurrency left',
      'off',
      payload({}),
      { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } },
    ],
    [
      'an event above 6 MB',
      'counter',
      payload('x'.repeat(6_291_456)),
      { name: 'RequestTooLargeException', $metadata: { httpStatusCode: 413 } },
    ],
  ])('refuses %s', async (_, FunctionName, Payload, error) => {
    await expect(lambda.send(new InvokeCommand({ FunctionName, Payload }))).rejects.toMatchObject(error);
  });
});

describe('functions', () => {
  it('are described', async () => {
    const configuration = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'counter' }));
    expect(configuration).toMatchObject({
      FunctionName: 'counter',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      MemorySize: 256,
      Timeout: 10,
      Environment: { Variables: { TABLE: 'series' } },
      State: 'Active',
      LastUpdateStatus: 'Successful',
    });
    const whole = await lambda.send(new GetFunctionCommand({ FunctionName: 'counter' }));
    expect(whole).toMatchObject({
      Configuration: { FunctionName: 'counter' },
      Concurrency: { ReservedConcurrentExecutions: 5 },
    });
  });

  it('are listed in pages', async () => {
    const first = await lambda.send(new ListFunctionsCommand({ MaxItems: 1 }));
    expect(first.Functions?.map((each) => each.FunctionName)).toEqual(['counter']);
    const second = await lambda.send(
      new ListFunctionsCommand({ MaxItems: 1, ...(first.NextMarker && { Marker: first.NextMarker }) }),
    );
    expect(second.Functions?.map((each) => each.FunctionName)).toEqual(['off']);
    expect(second.NextMarker).toBeUndefined();
  });
});

describe('event source mappings', () => {
  let release: () => void = () => {};

  async function mapped(): Promise<TriedMapping> {
    const tried = await tryMapping(() => new Promise<void>((resolve) => (release = resolve)));
    mappings.add(tried.mapping);
    await tried.mapping.start();
    return tried;
  }

  it('are listed, described, disabled and enabled', async () => {
    const { mapping, put, deliveries } = await mapped();
    const UUID = mapping.uuid;
    const listed = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: 'counter' }));
    expect(listed.EventSourceMappings).toMatchObject([
      {
        UUID,
        State: 'Enabled',
        BatchSize: 100,
        TumblingWindowInSeconds: 0,
        StartingPosition: 'TRIM_HORIZON',
        EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/web',
        FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:counter',
        MaximumRetryAttempts: -1,
        LastModified: expect.any(Date),
      },
    ]);
    expect(
      (await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: 'off' }))).EventSourceMappings,
    ).toEqual([]);
    await put('1');
    while (deliveries.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const disabling = await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    expect(disabling.State).toBe('Disabling');
    await expect(lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
    release();
    await mapping.settled();
    const disabled = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
    expect(disabled).toMatchObject({ State: 'Disabled', LastProcessingResult: 'OK' });
    const enabling = await lambda.send(
      new UpdateEventSourceMappingCommand({ UUID, Enabled: true, BatchSize: 7, TumblingWindowInSeconds: 60 }),
    );
    expect(enabling.State).toBe('Enabling');
    await mapping.settled();
    expect(await lambda.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({
      State: 'Enabled',
      BatchSize: 7,
      TumblingWindowInSeconds: 60,
    });
  });

  it.each<[string, object, string]>([
    ['a batch size', { BatchSize: 0 }, 'BatchSize: 0 is not a whole number from 1 to 10000'],
    [
      'a tumbling window',
      { TumblingWindowInSeconds: 901 },
      'TumblingWindowInSeconds: 901 is not a whole number from 0',
    ],
    ['a factor', { ParallelizationFactor: 4 }, 'ParallelizationFactor: 4 is not supported by the local engine'],
    ['another function', { FunctionName: 'off' }, 'FunctionName: the local engine does not move'],
    [
      'an unknown member',
      { ScalingConfig: { MaximumConcurrency: 2 } },
      'ScalingConfig: not supported by the local engine',
    ],
  ])('are not given %s', async (_, changes, message) => {
    const { mapping } = await mapped();
    await expect(
      lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping.uuid, ...changes })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining(message),
    });
  });

  it('that do not exist are not found', async () => {
    await expect(lambda.send(new GetEventSourceMappingCommand({ UUID: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

it('refuses other operations by name', async () => {
  await expect(lambda.send(new ListTagsCommand({ Resource: functions[0]?.definition.functionArn }))).rejects.toThrow(
    /does not serve .*tags.* of Lambda; it serves .*Invoke/,
  );
});
