import type { DeployedSource } from '@tidemark/core/deployment';
import type { Engine } from '@tidemark/local/engine';
import type { Call } from '@tidemark/local/gateway/intercept';
import { traceHeader } from './published.ts';

/**
 * Where in its work a function makes a call: `count dynamodb UpdateItem Series 1m SET … ADD … #2` is the second such call of
 * its invocation, `again` one on an item that the invocation had updated before. The text follows from the call alone, so
 * that a new call in a handler is a new position by itself.
 */
export type CallPosition = string;

interface KinesisInput {
  readonly ShardIteratorType?: string;
}

interface DynamoDbInput {
  readonly Key?: Readonly<Record<string, { readonly S: string }>>;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
}

/** Calls of one invocation, each by the id that the SDK gives it: what it repeats keeps its id. */
interface Invocation {
  readonly byShape: Map<string, string[]>;
  readonly byKey: Map<string, string[]>;
  /** Of the stream, as soon as a call has told it. */
  shardId: string | undefined;
}

/** Names every call that the functions of a source make, from its construction on. */
export class Calls {
  readonly #source: DeployedSource;
  readonly #invocations = new Map<string, Invocation>();
  readonly #seen = new Map<number, { readonly position: CallPosition; readonly invocation: Invocation }>();
  readonly #recorded = new Map<CallPosition, Set<string>>();

  /** To be made before any fault is added: the first fault to match a call is the only one that sees it. */
  constructor(engine: Engine, source: DeployedSource) {
    this.#source = source;
    engine.faults.add({
      match: { where: (call) => this.#see(call) },
      action: { kind: 'lose' },
      times: 0,
    });
  }

  /** Forgets what was recorded, and records anew. */
  record(): void {
    this.#recorded.clear();
  }

  /** The positions of all calls since `record`, in the order of their first appearance. */
  get recorded(): readonly CallPosition[] {
    return [...this.#recorded.keys()];
  }

  /** Shards whose invocations made a call at the position since `record`. */
  shardsOf(position: CallPosition): ReadonlySet<string> {
    return this.#recorded.get(position) ?? new Set();
  }

  /** Undefined for calls of others than the source's functions. */
  positionOf(call: Call): CallPosition | undefined {
    return this.#seen.get(call.number)?.position;
  }

  /** The shard whose records the call is made for: known as soon as the invocation has named it in a key. */
  shardOf(call: Call): string | undefined {
    return this.#seen.get(call.number)?.invocation.shardId;
  }

  #see(call: Call): boolean {
    const who = this.#nameOf(call);
    if (who === undefined) return false;
    const { shape, key } = describeCall(call, this.#source);
    const { headers } = call.request;
    const id = headers['amz-sdk-invocation-id'] ?? '';
    const invocation = this.#invocation(headers[traceHeader] ?? '');
    const isAgain = place(invocation.byKey, `${shape} ${key}`, id) > 0;
    const whole = `${who} ${shape}${isAgain ? ' again' : ''}`;
    const position = `${whole} #${place(invocation.byShape, whole, id) + 1}`;
    const [, shard] = /#(?:shardId-)?(\d{12})$/.exec(key) ?? [];
    if (shard !== undefined) invocation.shardId = `shardId-${shard}`;
    this.#seen.set(call.number, { position, invocation });
    const shards = this.#recorded.get(position) ?? new Set();
    this.#recorded.set(position, invocation.shardId === undefined ? shards : shards.add(invocation.shardId));
    return false;
  }

  /** Of which of the source's functions a call is. */
  #nameOf({ caller: { functionName } }: Call): 'count' | 'window' | 'publish' | undefined {
    const { count, window, publish } = this.#source;
    if (functionName === undefined) return undefined;
    if (functionName === publish) return 'publish';
    if (functionName === count) return 'count';
    return functionName === window?.function ? 'window' : undefined;
  }

  #invocation(trace: string): Invocation {
    const known = this.#invocations.get(trace);
    if (known !== undefined) return known;
    const begun: Invocation = { byShape: new Map(), byKey: new Map(), shardId: undefined };
    this.#invocations.set(trace, begun);
    return begun;
  }
}

/** The place of an id among those seen with a key, from 0. */
export function place(seen: Map<string, string[]>, key: string, id: string): number {
  const ids = seen.get(key) ?? [];
  seen.set(key, ids);
  if (!ids.includes(id)) ids.push(id);
  return ids.indexOf(id);
}

/** What kind of call it is, and on which item or object. */
export function describeCall({ request, resource = '' }: Call, source: DeployedSource): { shape: string; key: string } {
  const { service, operation, path, body } = request;
  const kind = [service, operation, resourceKind(resource, source)];
  if (service === 's3') {
    const key = path.split('/').slice(2).join('/');
    return { shape: [...kind, key.split('/')[0]].join(' '), key };
  }
  if (service === 'kinesis') {
    const { ShardIteratorType = '' }: KinesisInput = JSON.parse(body.toString('utf8'));
    return { shape: [...kind, ShardIteratorType].join(' ').trim(), key: '' };
  }
  if (service !== 'dynamodb') return { shape: kind.join(' ').trim(), key: '' };
  const input: DynamoDbInput = JSON.parse(body.toString('utf8'));
  const { Key = {}, UpdateExpression = '', KeyConditionExpression = '' } = input;
  const key = Object.values(Key)
    .map(({ S }) => S)
    .join(' ');
  const item = Key.Item?.S ?? Key.Bucket?.S ?? input.ExpressionAttributeValues?.[':low']?.S ?? '';
  const expression = named(UpdateExpression || KeyConditionExpression, input.ExpressionAttributeNames ?? {});
  return { shape: [...kind, itemKind(item), expression].join(' ').trim(), key };
}

function resourceKind(resource: string, { seriesTable, controlTable, bucket, stream }: DeployedSource): string {
  if (resource === seriesTable) return 'Series';
  if (resource === stream) return 'stream';
  if (resource === controlTable) return 'Control';
  return resource === bucket ? 'bucket' : resource;
}

/** `CHECKPOINT#count` of `CHECKPOINT#count#shardId-000000000000`, `1m` of `1m#0000#…`. */
function itemKind(item: string): string {
  const [first = '', second = ''] = item.split('#');
  return first === 'CHECKPOINT' ? `${first}#${second}` : first;
}

/** An expression with the names of attributes in place of their placeholders. */
function named(expression: string, names: Readonly<Record<string, string>>): string {
  return expression.replaceAll(/#\w+/g, (placeholder) => names[placeholder] ?? placeholder);
}
