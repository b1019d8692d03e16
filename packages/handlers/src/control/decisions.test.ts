import { readBatch } from '@tidemark/core/count/read';
import { decisionsCacheMs } from '@tidemark/core/limits';
import { encodeSequence } from '@tidemark/core/series/sequence';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { kinesisEvent, sequenceNumber, webEvent } from '../../test/events.ts';
import type { Deployment } from '../../test/stage.ts';
import { Stage } from '../../test/stage.ts';
import { DynamoDB } from '../aws/dynamodb.ts';
import { RememberedDecisions } from './decisions.ts';

const nowMs = Date.parse('2026-11-02T09:30:00Z');
const { signal } = new AbortController();

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', stage.servers.proxyEndpoint);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', stage.servers.dynamodb.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await stage?.stop();
});

/** What was read of the Control table since the last time, each read with its consistency. */
function readsOf(deployment: Deployment): () => unknown[] {
  const reads: unknown[] = [];
  deployment.stage.servers.proxy.decide = ({ operation, input }) => {
    if (operation === 'GetItem') reads.push(input.ConsistentRead);
    return 'pass';
  };
  return () => reads.splice(0);
}

test('decisions are remembered for a minute, and then read again, consistently', async () => {
  const deployment = await stage.makeDeployment();
  const reads = readsOf(deployment);
  const decisions = new RememberedDecisions(new DynamoDB(), deployment.tables.control, deployment.source);
  await decisions.at(nowMs, signal);
  expect(reads()).toEqual([true, true, true]);
  await decisions.at(nowMs + decisionsCacheMs - 1, signal);
  expect(reads()).toEqual([]);
  await decisions.at(nowMs + decisionsCacheMs, signal);
  expect(reads()).toEqual([true, true, true]);
  // A clock that was set back.
  await decisions.at(nowMs, signal);
  expect(reads()).toEqual([true, true, true]);
});

test('a switch of the timeline is known when what is remembered has grown old, however many names came meanwhile', async () => {
  const deployment = await stage.makeDeployment();
  const decisions = new RememberedDecisions(new DynamoDB(), deployment.tables.control, deployment.source);
  const before = await decisions.at(nowMs, signal);
  expect(before.timeline).toEqual({ Version: 0, LastGeneration: 0, Ranges: {} });
  const switched = { Version: 4, LastGeneration: 2, Ranges: { '1h': [{ FromMs: nowMs, Generation: 2 }] } };
  await deployment.putControl('TIMELINE', switched);
  expect((await decisions.at(nowMs + decisionsCacheMs - 1, signal)).timeline).toEqual(before.timeline);
  expect((await decisions.at(nowMs + decisionsCacheMs, signal)).timeline).toMatchObject(switched);
  // Names that are admitted late, by what was known before, bring no older timeline back.
  const records = [{ sequenceNumber: '1', partitionKey: 'k', data: '', arrivalMs: nowMs }];
  const read = readBatch({ shardId: 'shardId-0', records }, deployment.source, (_data, _fields, sink) =>
    sink.event('late', nowMs),
  );
  expect((await decisions.admit(read, before, signal)).catalogue.Names).toEqual(['late']);
  const known = await decisions.at(nowMs + decisionsCacheMs + 1, signal);
  expect([known.catalogue.Names, known.timeline.Version]).toEqual([['late'], 4]);
});

test('a shard whose first record nobody kept never gets that of a later batch', async () => {
  const deployment = await stage.makeDeployment();
  const older = { LastSequence: encodeSequence(sequenceNumber(3)), ArrivalMs: 1, PreviousArrivalMs: 1, Received: 1 };
  await deployment.putControl('CHECKPOINT#count#shardId-000000000000', older);
  const eventOf = (...sequences: number[]) =>
    kinesisEvent(sequences.map((sequence) => ({ sequence, text: webEvent('click', nowMs), arrivalMs: nowMs })));
  const instance = await deployment.start('count');
  const checkpoint = async () => (await deployment.control())['CHECKPOINT#count#shardId-000000000000'];
  await instance.invoke(eventOf(2, 3));
  expect(await checkpoint()).toEqual(older);
  for (const sequence of [4, 5]) {
    await instance.invoke(eventOf(sequence));
    expect(await checkpoint()).toMatchObject({
      LastSequence: encodeSequence(sequenceNumber(sequence)),
      FirstSequence: '',
      FirstArrivalMs: 0,
    });
  }
  await instance.end();
});

test('a batch that comes again after later ones leaves the checkpoint where it stands, and is told as redelivered', async () => {
  const deployment = await stage.makeDeployment();
  const [first, second] = [1, 2].map((sequence) => {
    const arrivalMs = nowMs + sequence * 1000;
    return kinesisEvent([{ sequence, text: webEvent('page view', nowMs), arrivalMs }]);
  });
  const instance = await deployment.start('count');
  for (const event of [first, second, first]) await instance.invoke(event);
  await instance.end();
  expect((await deployment.control())['CHECKPOINT#count#shardId-000000000000']).toEqual({
    LastSequence: `056:${sequenceNumber(2)}`,
    ArrivalMs: nowMs + 2000,
    PreviousArrivalMs: nowMs + 1000,
    Received: 1,
    FirstSequence: `056:${sequenceNumber(1)}`,
    FirstArrivalMs: nowMs + 1000,
  });
  expect((await deployment.control())['LEDGER#count#2026-11-02#shardId-000000000000']).toMatchObject({
    Received: 2,
    Redelivered: 1,
  });
});
