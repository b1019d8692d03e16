import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { FaultMatch } from '@tidemark/local/faults/fault';
import { cut, type Interceptor } from '@tidemark/local/gateway/intercept';
import type { Said } from '@tidemark/ops-cli/unattended';
import { runCommand } from '../../command.ts';
import { Found, type Item } from '../found.ts';
import { Published } from '../published.ts';
import { type Stack, startStack } from '../stack.ts';
import { World } from '../world.ts';

const tidemarkFile = fileURLToPath(new URL('../../../../ops-cli/src/bin/tidemark.ts', import.meta.url));
const hourMs = 3_600_000;

/**
 * A source whose events change their shape at noon: those that come in the new shape before are set aside, and can be
 * resubmitted afterwards. The engine begins in the morning.
 */
export class Trial {
  readonly stack: Stack;
  readonly source: DeployedSource;
  readonly world: World;
  readonly found: Found;

  private constructor(stack: Stack) {
    this.stack = stack;
    this.source = stack.source('web');
    this.world = new World(stack.engine, this.source, new Published(stack.engine));
    this.found = new Found(stack.engine, this.source);
  }

  static async start(): Promise<Trial> {
    const noon = `${new Date().toISOString().slice(0, 10)}T12:00:00Z`;
    const stack = await startStack({
      sources: {
        web: {
          event: { name: 'event_type', time: 'utc_timestamp' },
          revisions: [{ from: noon, event: { name: 'kind', time: 'at' } }],
          buckets: ['1h'],
          stream: { shards: 3 },
          count: { batchWindowSeconds: 0, retries: 0 },
        },
      },
    });
    return new Trial(stack);
  }

  async stop(): Promise<void> {
    this.found.close();
    this.world.close();
    await this.stack.stop();
  }

  get nowMs(): number {
    return this.stack.engine.clock.now();
  }

  /** To an hour of today, if that is still ahead. */
  setHour(hour: number): void {
    const { clock } = this.stack.engine;
    const atMs = Date.parse(new Date().toISOString().slice(0, 10)) + hour * hourMs;
    if (clock.now() < atMs) clock.set(atMs);
  }

  /** An event in the shape that holds from noon on. */
  later(name: string): Buffer {
    return Buffer.from(JSON.stringify({ kind: name, at: new Date(this.nowMs).toISOString() }));
  }

  /** An event in the shape that holds before. */
  earlier(name: string): Buffer {
    return Buffer.from(JSON.stringify({ event_type: name, utc_timestamp: new Date(this.nowMs).toISOString() }));
  }

  /** Puts records and waits until they are counted or set aside. */
  async put(records: readonly Uint8Array[]): Promise<void> {
    const fate = { kind: 'quarantined', column: 'Malformed' } as const;
    const outgoing = records.map((data, at) => ({
      data: Buffer.from(data),
      partitionKey: `${at}-${data.length}`,
      fate,
    }));
    await this.world.put(outgoing);
    await this.world.counted();
  }

  /** The command in this process. */
  tidemark(...argv: string[]): Promise<Said> {
    return runCommand(this.stack.engine, argv);
  }

  async json(...argv: string[]): Promise<Record<string, unknown>> {
    return JSON.parse((await this.tidemark('quarantine', ...argv, '--json')).out);
  }

  /** The keys of records that were set aside with an event of each of the names. */
  async keysOf(names: readonly string[]): Promise<string[]> {
    const { source } = this;
    const texts = [...(await this.found.objects())]
      .filter(([key]) => key.startsWith(`quarantine/${source.name}/`))
      .map(([key, { data }]) => [key.slice(`quarantine/${source.name}/`.length), textOf(String(data))] as const);
    return names.map((name) => {
      const key = texts.find(([, text]) => text.includes(`"kind":"${name}"`))?.[0];
      if (key === undefined) throw new Error(`nothing set aside holds ${name}`);
      return key;
    });
  }

  /** The keys of records that were set aside, those that satisfy `where` alone. */
  async keys(where: (row: Record<string, unknown>) => boolean = () => true): Promise<string[]> {
    const { rows } = await this.json('list');
    return (rows as Record<string, unknown>[])
      .filter((row) => row.kind === 'record' && where(row))
      .map(({ key }) => String(key));
  }

  /**
   * The command in a process of its own, which is killed at the first call of a kind, before its effect or after it. Resolves when
   * the process has ended; to whether it was killed.
   */
  async killed(argv: readonly string[], match: FaultMatch, when: 'before' | 'after'): Promise<boolean> {
    const { child, ended } = this.#spawned(argv);
    const fault = this.#first(match, async (_call, proceed) => {
      if (when === 'after') await proceed();
      child.kill('SIGKILL');
      await ended;
      return cut;
    });
    const { signal } = await ended;
    fault.remove();
    return signal === 'SIGKILL' && fault.strikes === 1;
  }

  /**
   * The command in a process of its own, which stands still after the first call of a kind, while `meanwhile` runs, and then goes on.
   * Resolves to its exit code.
   */
  async suspended(argv: readonly string[], match: FaultMatch, meanwhile: () => Promise<void>): Promise<number | null> {
    const { child, ended } = this.#spawned(argv);
    const suspended = Promise.withResolvers<void>();
    const fault = this.#first(match, async (_call, proceed) => {
      const answer = await proceed();
      child.kill('SIGSTOP');
      suspended.resolve();
      return answer;
    });
    try {
      await Promise.race([suspended.promise, ended]);
      fault.remove();
      await meanwhile();
    } finally {
      child.kill('SIGCONT');
    }
    const { code } = await ended;
    if (fault.strikes !== 1) throw new Error('the command ended without standing still');
    return code;
  }

  #first(match: FaultMatch, interceptor: Interceptor) {
    const action = { kind: 'intercept', interceptor } as const;
    return this.stack.engine.faults.add({ match: { caller: 'client', ...match }, action, times: 1 });
  }

  #spawned(argv: readonly string[]) {
    const { endpoint, region } = this.stack.engine;
    const env = { PATH: process.env.PATH, AWS_ENDPOINT_URL: endpoint, AWS_REGION: region };
    const command = ['--conditions=@tidemark/source', tidemarkFile, '--local', ...argv];
    const child = spawn(process.execPath, command, { env, stdio: 'ignore' });
    const ended = new Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    return { child, ended };
  }

  /** Runs `work` while the clock leaps ahead, so that nobody waits for minutes to pass. */
  async hurried<Result>(work: () => Promise<Result>, afterMs = 0): Promise<Result> {
    const startMs = performance.now();
    const leaps = setInterval(() => {
      if (performance.now() - startMs >= afterMs) this.stack.engine.clock.advance(30_000);
    }, 250);
    try {
      return await work();
    } finally {
      clearInterval(leaps);
    }
  }

  /** How many events of each name were counted, in all buckets. */
  async counted(): Promise<Map<string, number>> {
    await this.world.counted();
    const counts = new Map<string, number>();
    for (const { EventName, EventCount } of await this.found.partials())
      counts.set(String(EventName), (counts.get(String(EventName)) ?? 0) + Number(EventCount));
    return counts;
  }

  /** Sums of the ledger. */
  async ledger(): Promise<{ readonly received: number; readonly counted: number; readonly quarantined: number }> {
    const items = (await this.found.control()).filter(({ Item }) => String(Item).startsWith('LEDGER#count#'));
    const sum = (column: string): number => items.reduce((all, item: Item) => all + Number(item[column] ?? 0), 0);
    return { received: sum('Received'), counted: sum('Counted'), quarantined: sum('Quarantined') };
  }

  /** Leaves an object in the data bucket. */
  async leave(key: string, body: object): Promise<void> {
    const { endpoint, region } = this.stack.engine;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    await client.send(new PutObjectCommand({ Bucket: this.source.bucket, Key: key, Body: JSON.stringify(body) }));
    client.destroy();
  }

  async markers(): Promise<Item[]> {
    return (await this.found.control()).filter(({ Item }) => String(Item).startsWith('RESUBMITTED#'));
  }
}

/** The text of a record, compressed or not; `data`: base64. */
function textOf(data: string): string {
  const bytes = Buffer.from(data, 'base64');
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('latin1');
}
