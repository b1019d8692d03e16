import { buildApp } from 'fauxqs';

/** A request as it would reach fauxqs over the wire, and its answer. */
export interface FauxqsRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface FauxqsAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** fauxqs serves S3 and SQS in this process. */
export interface Fauxqs {
  send(request: FauxqsRequest): Promise<FauxqsAnswer>;
  close(): Promise<void>;
}

export interface FauxqsOptions {
  readonly region: string;
  /** Keeps buckets, objects and queues in SQLite there; in memory without it. */
  readonly directory?: string;
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type StoreName = keyof Stores;

interface Persistence {
  load(sqsStore: unknown, snsStore: unknown, s3Store: unknown): void;
  close(): void;
}

/**
 * Composes fauxqs without its own start function, which listens on all addresses whatever one tells it: its application
 * takes requests in process and no port is opened. Keeping data needs its stores, which the package does not export: they are
 * loaded from beside its entry point, for exactly the version that package.json names.
 */
export async function startFauxqs({ region, directory }: FauxqsOptions): Promise<Fauxqs> {
  const { stores, persistence } = directory === undefined ? {} : await openStores(directory);
  const app = buildApp({
    logger: false,
    host: '127.0.0.1',
    defaultRegion: region,
    ...(stores === undefined ? {} : { stores }),
  });
  await app.ready();
  return {
    async send({ method, url, headers, body }) {
      const answer = await app.inject({ method: method as 'GET', url, headers: { ...headers }, payload: body });
      return { status: answer.statusCode, headers: plain(answer.headers), body: answer.rawPayload };
    },
    async close() {
      await app.close();
      persistence?.close();
    },
  };
}

async function openStores(directory: string): Promise<{ stores: Stores; persistence: Persistence }> {
  const entry = import.meta.resolve('fauxqs');
  const load = (path: string): Promise<Record<string, new (argument?: string) => unknown>> =>
    import(new URL(path, entry).href);
  const make = async <Name extends StoreName>(path: string, name: string) => {
    const Store = (await load(path))[name];
    if (Store === undefined) throw new Error(`fauxqs has no ${name} any more`);
    return new Store() as Stores[Name] & { persistence?: Persistence };
  };
  const sqsStore = await make<'sqsStore'>('./sqs/sqsStore.js', 'SqsStore');
  const snsStore = await make<'snsStore'>('./sns/snsStore.js', 'SnsStore');
  const s3Store = await make<'s3Store'>('./s3/s3Store.js', 'S3Store');
  const { PersistenceManager } = await load('./persistence.js');
  if (PersistenceManager === undefined) throw new Error('fauxqs has no PersistenceManager any more');
  const persistence = new PersistenceManager(directory) as Persistence;
  // Loaded before the stores know where to write: loading would write what it reads.
  persistence.load(sqsStore, snsStore, s3Store);
  const queues = 'allQueues' in sqsStore ? sqsStore.allQueues() : [];
  for (const target of [sqsStore, snsStore, s3Store, ...queues]) Object.assign(target, { persistence });
  return { stores: { sqsStore, snsStore, s3Store }, persistence };
}

function plain(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
