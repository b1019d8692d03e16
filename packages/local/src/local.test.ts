import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { smallFiles, smallTemplate } from './small-stack.ts';
import { writeAssembly } from './template/written-assembly.ts';

const bin = join(import.meta.dirname, 'bin/local.ts');
const announcements = join(import.meta.dirname, '../../../.tidemark/engines');
const run = promisify(execFile);
let assembly: string;
let directory: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  assembly = await writeAssembly(smallTemplate, smallFiles);
  directory = await mkdtemp(join(tmpdir(), 'tidemark-kept-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
});
afterAll(async () => {
  await rm(assembly, { recursive: true });
  await rm(directory, { recursive: true });
});

interface Running {
  readonly child: ChildProcess;
  /** What it has written to standard output so far. */
  readonly output: () => string;
  readonly endpoint: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Starts the command, and waits for its first line or its end. */
async function start(...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, ['--conditions=@tidemark/source', bin, '--assembly', assembly, ...args]);
  started.push(child);
  let output = '';
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  await new Promise<void>((done, failed) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('\n')) done();
    });
    child.on('exit', (code) => failed(new Error(`exit code ${code}: ${errors}`)));
  });
  const isJson = args.includes('--json');
  const { endpoint, outputs } = isJson ? JSON.parse(output) : { endpoint: /http\S+/.exec(output)?.[0], outputs: {} };
  return { child, output: () => output, endpoint, outputs };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((done) => {
    if (child.exitCode !== null) done(child.exitCode);
    else child.on('exit', (code) => done(code));
  });
}

/** Every process below this one, however deep. */
async function descendants(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pids: readonly number[]): Promise<boolean> {
  const giveUpAt = Date.now() + 15_000;
  while (pids.some(isAlive) && Date.now() < giveUpAt) await new Promise((done) => setTimeout(done, 50));
  return !pids.some(isAlive);
}

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

describe('the local command', { timeout: 60_000 }, () => {
  test('prints the address when it can be used, stays, and ends with Ctrl-C and all that it started', async () => {
    const { child, output, endpoint } = await start();
    const lines = output().split('\n');
    expect(lines[0]).toMatch(/^Endpoint: http:\/\/127\.0\.0\.1:\d+$/);
    const health = await fetch(`${endpoint}/_tidemark/health`);
    const { id, status } = (await health.json()) as { id: string; status: string };
    expect(status).toBe('ready');
    expect(await readdir(announcements)).toContain(`${id}.json`);
    expect(lines.filter((line) => line.startsWith('  npx'))).toEqual([
      '  npx -y pnpm@12 tidemark --local produce --events 1000',
      '  npx -y pnpm@12 tidemark --local counters',
      '  npx -y pnpm@12 tidemark --local status',
    ]);
    const pids = await descendants(child.pid ?? 0);
    expect(pids.length).toBeGreaterThanOrEqual(2);
    child.kill('SIGINT');
    expect(await ended(child)).toBe(0);
    expect(await gone(pids)).toBe(true);
    expect(await readdir(announcements)).not.toContain(`${id}.json`);
    await expect(fetch(`${endpoint}/_tidemark/health`)).rejects.toThrow();
  });

  test('told to stop while it starts, it stops at once and prints no address', async () => {
    const starting = start();
    starting.catch(() => {});
    const child = started.at(-1);
    while (child !== undefined && (await descendants(child.pid ?? 0)).length === 0 && child.exitCode === null) {
      await new Promise((done) => setTimeout(done, 10));
    }
    const pids = await descendants(child?.pid ?? 0);
    child?.kill('SIGINT');
    await expect(starting).rejects.toThrow('exit code 0: ');
    expect(await gone(pids)).toBe(true);
  });

  test('that is killed leaves no process behind', async () => {
    const { child } = await start('--json');
    const pids = await descendants(child.pid ?? 0);
    child.kill('SIGKILL');
    expect(await gone(pids)).toBe(true);
  });

  test('fails when a server under it ends by itself', async () => {
    const { child } = await start('--json');
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    const pids = await descendants(child.pid ?? 0);
    process.kill(pids.at(-1) ?? 0, 'SIGKILL');
    expect(await ended(child)).toBe(1);
    expect(errors).toContain('DynamoDB Local ended, and with it the tables');
    expect(await gone(pids)).toBe(true);
  });

  test('refuses a port that is taken, when one asks for it', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(start('--port', `${port}`)).rejects.toThrow(
      `exit code 1: Port ${port} is taken. Choose another one, or none: then the engine finds a free one`,
    );
    server.close();
  });

  test('takes a free port where the usual one is taken', async () => {
    const [one, other] = [await start(), await start()];
    expect(one.endpoint).not.toBe(other.endpoint);
    for (const { child } of [one, other]) child.kill('SIGTERM');
    expect([await ended(one.child), await ended(other.child)]).toEqual([0, 0]);
  });

  test.each([
    [['--port', '0'], 2, /is no port; expected 1 to 65535/],
    [['--surprise'], 2, /unknown option '--surprise'/],
    [['--stage', 'prod'], 1, /The assembly has no stack Tidemark-prod; it has: Small-test/],
  ])('%j: exit code %d', async (args, code, message) => {
    const failure: unknown = await start(...args).catch((error: unknown) => error);
    expect(String(failure)).toMatch(message);
    expect(String(failure)).toContain(`exit code ${code}:`);
  });
});

describe('--persist', { timeout: 120_000 }, () => {
  test('keeps what was acknowledged, even when the engine is killed; nobody else may use the directory meanwhile', async () => {
    const first = await start('--persist', directory, '--json');
    const client = { endpoint: first.endpoint, region: 'x', credentials };
    const [dynamoDb, s3] = [new DynamoDBClient(client), new S3Client(client)];
    const { Table: TableName, Bucket } = first.outputs;
    await dynamoDb.send(new PutItemCommand({ TableName, Item: { Name: { S: 'kept' }, Added: { N: '7' } } }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a/b', Body: 'kept too' }));
    await expect(start('--persist', directory)).rejects.toThrow(
      /Another engine keeps its data in .*: stop it, or choose another directory/,
    );
    first.child.kill('SIGKILL');
    await ended(first.child);
    for (const each of [dynamoDb, s3]) each.destroy();

    const second = await start('--persist', directory, '--json');
    expect(second.outputs).toEqual(first.outputs);
    const again = { endpoint: second.endpoint, region: 'x', credentials };
    const [dynamoDbAgain, s3Again] = [new DynamoDBClient(again), new S3Client(again)];
    const { Item } = await dynamoDbAgain.send(new GetItemCommand({ TableName, Key: { Name: { S: 'kept' } } }));
    expect(Item?.Added?.N).toBe('7');
    const { Body } = await s3Again.send(new GetObjectCommand({ Bucket, Key: 'a/b' }));
    expect(await Body?.transformToString()).toBe('kept too');
    for (const each of [dynamoDbAgain, s3Again]) each.destroy();
    second.child.kill('SIGINT');
    expect(await ended(second.child)).toBe(0);
  });

  test('refuses a directory that keeps another stack', async () => {
    await expect(start('--persist', directory, '--region', 'eu-west-1')).rejects.toThrow(
      /keeps the data of .*us-east-1.*, not of .*eu-west-1.*: choose another directory/,
    );
  });
});
