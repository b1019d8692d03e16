import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { distributed, echo, failing, mapRunOf, passOn } from '../../../test/distributed-map.ts';
import { type MachineStack, machineArn, machineStack } from '../../../test/machine-stack.ts';

const bucket = 'maps';
let s3: S3Client;

function reader(ReaderConfig: object) {
  const Arguments = { Bucket: bucket, Key: '{% $states.input.key %}' };
  return { ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig, Arguments } };
}

const writing = { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: bucket, Prefix: 'results' } };
const listing = {
  Resource: 'arn:aws:states:::s3:listObjectsV2',
  Arguments: { Bucket: bucket, Prefix: '{% $states.input.prefix %}' },
};
let stack: MachineStack;

beforeAll(async () => {
  stack = await machineStack({
    machines: {
      jsonl: distributed(echo, reader({ InputType: 'JSONL' })),
      json: distributed(echo, reader({ InputType: 'JSON', MaxItems: 2 })),
      pointed: distributed(echo, reader({ InputType: 'JSON', ItemsPointer: '/inner/items' })),
      csv: distributed(echo, reader({ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' })),
      listed: distributed(echo, { ItemReader: listing }),
      written: distributed(failing, { Items: passOn, ResultWriter: writing, ToleratedFailurePercentage: 60 }),
      writtenStrict: distributed(failing, { Items: passOn, ResultWriter: writing, MaxConcurrency: 1 }),
      flat: distributed(echo, {
        Items: passOn,
        ResultWriter: { ...writing, WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSONL' } },
      }),
    },
    resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucket } } },
  });
  s3 = new S3Client({ ...stack.settings, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
}, 60_000);
afterAll(async () => {
  s3.destroy();
  await stack.stop();
});

const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
async function read(Key: string): Promise<unknown> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  return JSON.parse((await Body?.transformToString()) ?? '');
}

describe('items from S3', () => {
  test.each([
    ['jsonl', '{"a":1}\n\n[2]\n', [{ a: 1 }, [2]]],
    ['json', '[1,2,3]', [1, 2]],
    ['pointed', '{"inner":{"items":[7]}}', [7]],
    [
      'csv',
      'name,note\r\nx,"a, ""b""\nc"\ny\n',
      [
        { name: 'x', note: 'a, "b"\nc' },
        { name: 'y', note: '' },
      ],
    ],
  ])('%s', async (machine, text, items) => {
    await put(machine, text);
    expect((await stack.run(machine, { key: machine })).result).toEqual(items);
  });

  test('the objects of a bucket', async () => {
    for (const key of ['listed/a', 'listed/b', 'other']) await put(key, 'x'.repeat(3));
    expect((await stack.run('listed', { prefix: 'listed/' })).result).toEqual(
      ['listed/a', 'listed/b'].map((Key) => ({
        ...{ Key, Size: 3, StorageClass: 'STANDARD', Etag: expect.any(String), LastModified: expect.any(Number) },
      })),
    );
  });

  test.each([
    ['an object that is missing', 'json', 'nothing', /NoSuchKeyException/],
    ['what is no JSON', 'jsonl', 'broken', /cannot be read as JSONL/],
    ['nothing to take items from', 'pointed', 'scalar', /neither a list nor an object/],
  ])('%s fails the map', async (_, machine, key, cause) => {
    await put('broken', '{"a":1}\n{');
    await put('scalar', '{"inner":{"items":3}}');
    const ended = await stack.run(machine, { key });
    expect(ended).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: expect.stringMatching(cause),
    });
    expect(await mapRunOf(stack, ended.executionArn)).toMatchObject({
      status: 'FAILED',
      executionCounts: { total: 0 },
    });
  });
});

describe('results in S3', () => {
  test('lie below the id of the map run, by what became of the children', async () => {
    const { result, executionArn } = await stack.run('written', [{ n: 1 }, { bad: true }, { n: 3 }]);
    const { mapRunArn = '' } = await mapRunOf(stack, executionArn);
    const folder = `results/${mapRunArn.split(':').at(-1)}`;
    expect(result).toEqual({
      MapRunArn: mapRunArn,
      ResultWriterDetails: { Bucket: bucket, Key: `${folder}/manifest.json` },
    });
    expect(await read(`${folder}/manifest.json`)).toEqual({
      DestinationBucket: bucket,
      MapRunArn: mapRunArn,
      ResultFiles: {
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: expect.any(Number) }],
        PENDING: [],
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: expect.any(Number) }],
      },
    });
    expect(await read(`${folder}/SUCCEEDED_0.json`)).toMatchObject([
      { Input: '{"n":1}', Output: '1', Status: 'SUCCEEDED', StateMachineArn: machineArn('written/Only') },
      { Input: '{"n":3}', Output: '3', StartDate: expect.stringMatching(/Z$/), StopDate: expect.stringMatching(/Z$/) },
    ]);
    expect(await read(`${folder}/FAILED_0.json`)).toMatchObject([{ Error: 'Bad', Cause: 'it is', Status: 'FAILED' }]);
  });

  test('are written when the map fails, with what was not begun', async () => {
    const { status, executionArn } = await stack.run('writtenStrict', [{ bad: true }, { n: 2 }]);
    expect(status).toBe('FAILED');
    const id = (await mapRunOf(stack, executionArn)).mapRunArn?.split(':').at(-1);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `results/${id}/` }));
    expect(Contents.map(({ Key }) => Key?.split('/').at(-1)).sort()).toEqual([
      ...['FAILED_0.json', 'PENDING_0.json', 'manifest.json'],
    ]);
    expect(await read(`results/${id}/PENDING_0.json`)).toEqual([
      { Input: '{"n":2}', InputDetails: { Included: true }, Status: 'PENDING' },
    ]);
  });

  test('are flattened, a line each', async () => {
    const { result } = await stack.run('flat', [[1, 2], [3], 4]);
    const { Key = '' } = (result as { ResultWriterDetails: { Key?: string } }).ResultWriterDetails;
    const written = Key.replace('manifest.json', 'SUCCEEDED_0.jsonl');
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: written }));
    expect(await Body?.transformToString()).toBe('1\n2\n3\n4\n');
  });
});
