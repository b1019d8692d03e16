import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export interface KinesisLocal {
  readonly endpoint: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);

/** How long a stream stays in each passing state. */
const transition = '5ms';
const startAttemptsMax = 200;

/**
 * Starts kinesis-mock from its npm package, the reference implementation beside AWS itself. It listens on all
 * addresses and has no option for one; it is up for the tests and the bench alone.
 */
export async function startKinesisLocal(): Promise<KinesisLocal> {
  const main = require.resolve('kinesis-local/main.js');
  const [plainPort, tlsPort] = await freePorts(2);
  const child = spawn(process.execPath, [main], {
    // It looks for its certificate in the folder it is started in.
    cwd: dirname(main),
    env: {
      LOG_LEVEL: 'ERROR',
      KINESIS_MOCK_PLAIN_PORT: String(plainPort),
      KINESIS_MOCK_TLS_PORT: String(tlsPort),
      CREATE_STREAM_DURATION: transition,
      DELETE_STREAM_DURATION: transition,
      SPLIT_SHARD_DURATION: transition,
      MERGE_SHARDS_DURATION: transition,
      UPDATE_SHARD_COUNT_DURATION: transition,
    },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const ended = { early: false };
  exited.then(() => {
    ended.early = true;
  });
  for (let attempt = 0; !(await accepts(plainPort)); attempt += 1) {
    if (ended.early || attempt > startAttemptsMax) throw new Error('kinesis-local did not start');
    await new Promise((done) => setTimeout(done, 50));
  }
  return {
    endpoint: `http://127.0.0.1:${plainPort}`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** HTTP/1.1, since the SDK's HTTP/2 breaks on kinesis-mock. */
export function kinesisLocalClient(endpoint: string): KinesisClient {
  return new KinesisClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    requestHandler: new NodeHttpHandler(),
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The port has no number');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

function accepts(port: number | undefined): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port: port ?? 0, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}
