import { decisionsCacheMs } from '@tidemark/core/limits';
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
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
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
  expect(reads()).toEqual([true, true]);
  await decisions.at(nowMs + decisionsCacheMs - 1, signal);
  expect(reads()).toEqual([]);
  await decisions.at(nowMs + decisionsCacheMs, signal);
  expect(reads()).toEqual([true, true]);
  // A clock that was set back.
  await decisions.at(nowMs, signal);
  expect(reads()).toEqual([true, true]);
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
  });
  expect((await deployment.control())['LEDGER#count#2026-11-02#shardId-000000000000']).toMatchObject({
    Received: 2,
    Redelivered: 1,
  });
});
