/**
 * The conformance suite against this server and kinesis-mock, both over HTTP; and against AWS itself with
 * `TIDEMARK_CONFORMANCE=aws` in the environment and credentials where the SDK looks for them (profile, region and all):
 *
 *     TIDEMARK_CONFORMANCE=aws AWS_REGION=eu-central-1 npx -y pnpm@12 --filter @tidemark/local exec vitest run conformance
 *
 * On AWS it makes about a dozen provisioned streams named `tidemark-conformance-...` (up to 30 shards at once) and
 * deletes them at the end: some minutes and some cents.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kinesisLocalClient, startKinesisLocal } from '../../../test/kinesis-local.ts';
import { EngineClock } from '../../clock.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { ConformanceContext } from './conformance/case.ts';
import { conformanceCases } from './conformance.ts';
import { KinesisServer } from './server.ts';

interface Target {
  readonly name: string;
  readonly pollMs: number;
  readonly caseMsMax: number;
  open(): Promise<OpenTarget>;
  /** Cases in which the target is known to differ from AWS, with how. They are tried, and must go on failing. */
  readonly differs: Readonly<Record<string, string>>;
  /** Cases that the target is not asked, with why. */
  readonly notAsked: Readonly<Record<string, string>>;
}

interface OpenTarget {
  readonly client: KinesisClient;
  /** Lets time pass for the target. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const ownServer: Target = {
  name: 'the own server',
  pollMs: 1,
  caseMsMax: 5_000,
  async open() {
    const clock = new EngineClock();
    const gateway = await startGateway({
      port: 0,
      services: new Map([['kinesis', new KinesisServer({ clock })]]),
      interceptors: [],
      control: async () => undefined,
      functionOf: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
    const client = new KinesisClient({
      endpoint: gateway.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    return { client, pass: async (ms) => clock.advance(ms), close: () => gateway.close() };
  },
  differs: {},
  notAsked: {},
};

const kinesisMock: Target = {
  name: 'kinesis-mock',
  pollMs: 10,
  caseMsMax: 20_000,
  async open() {
    const server = await startKinesisLocal();
    return { client: kinesisLocalClient(server.endpoint), pass: wait, close: () => server.stop() };
  },
  differs: {
    'a stream is described with its shards over the whole key space':
      'shards are one key too narrow, the last one wider',
    'streams are listed': 'without StreamSummaries',
    'a request has 1 to 500 records': 'a request without records is taken',
    'what is no iterator is refused': 'with an internal error',
    "another shard's number is refused": 'with ResourceNotFoundException',
    "a closed shard's last number lies above its records' and below its children's": 'it is 2^63 - 1 always',
    "a merged shard's numbers lie above both parents'": 'it goes on with the numbers of the lower parent',
  },
  notAsked: {
    'a request above 10 MiB is refused': 'it is taken, which takes many seconds',
    'an iterator lives for five minutes': 'its clock cannot be moved; this would take five minutes',
    'records are kept for the retention and not longer': 'its clock cannot be moved; this would take a day',
  },
};

const aws: Target = {
  name: 'AWS',
  pollMs: 1_000,
  caseMsMax: 600_000,
  open: async () => ({ client: new KinesisClient({}), pass: wait, close: async () => {} }),
  differs: {},
  notAsked: { 'records are kept for the retention and not longer': 'this would take a day' },
};

const targets = process.env.TIDEMARK_CONFORMANCE === 'aws' ? [ownServer, kinesisMock, aws] : [ownServer, kinesisMock];

describe.each(targets)('Kinesis conformance of $name', (target) => {
  let context: ConformanceContext;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const opened = await target.open();
    close = opened.close;
    context = await ConformanceContext.open({
      ...opened,
      prefix: `tidemark-conformance-${Date.now()}`,
      pollMs: target.pollMs,
    });
  }, target.caseMsMax);

  afterAll(async () => {
    await context.close();
    context.client.destroy();
    await close();
  }, target.caseMsMax);

  it('knows every case that it makes an exception of', () => {
    const names = conformanceCases.map(({ name }) => name);
    for (const name of [...Object.keys(target.differs), ...Object.keys(target.notAsked)]) expect(names).toContain(name);
  });

  for (const { name, run } of conformanceCases) {
    const difference = target.differs[name];
    const reason = target.notAsked[name];
    const timeout = target.caseMsMax;
    if (reason !== undefined) it(`${name} (not asked: ${reason})`, ({ skip }) => skip(reason));
    else if (difference === undefined) it(name, { timeout }, () => run(context));
    else it.fails(`${name} (differs: ${difference})`, { timeout }, () => run(context));
  }
});
