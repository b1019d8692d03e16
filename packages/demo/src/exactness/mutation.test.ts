import type { AwsRequest, AwsResponse } from '@tidemark/local/gateway/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Calls } from './calls.ts';
import { floorsAt, Groups } from './group.ts';
import { Published } from './published.ts';
import { type Stack, startStack } from './stack.ts';
import { strike } from './strikes.ts';
import { World } from './world.ts';

/**
 * The comparison must be able to fail. Each source has one safeguard taken away in the service beneath the same handlers,
 * and meets the one fault that the safeguard is for.
 */
interface Mutation {
  readonly source: string;
  readonly safeguard: string;
  /** The call at whose first making the function is killed. */
  readonly killedBefore: string;
  /** What the comparison must find. */
  readonly finds: RegExp | undefined;
}

const mutations: readonly Mutation[] = [
  {
    source: 'sound',
    safeguard: 'any change',
    killedBefore: 'count dynamodb UpdateItem Control CHECKPOINT',
    finds: undefined,
  },
  {
    source: 'partials',
    safeguard: 'the fence of the partials',
    killedBefore: 'count dynamodb UpdateItem Control LEDGER',
    finds: /^partial page view 1m/,
  },
  {
    source: 'ledger',
    safeguard: 'the fence of the ledger',
    killedBefore: 'count dynamodb UpdateItem Control CHECKPOINT#count',
    finds: /^ledger LEDGER#/,
  },
  {
    source: 'names',
    safeguard: 'the condition on the catalogue',
    killedBefore: 'count dynamodb UpdateItem Control CHECKPOINT#count',
    finds: /has two slots$/,
  },
  {
    source: 'markers',
    safeguard: 'the markers of publishing',
    killedBefore: 'publish dynamodb UpdateItem Control CHECKPOINT#publish',
    finds: /^figure page view .* at most 0 over$/,
  },
];

const maxSeries = 100;
let stack: Stack;
let published: Published;

beforeAll(async () => {
  const source = {
    event: { name: 'event_type', time: 'utc_timestamp' },
    maxSeries,
    stream: { shards: 3 },
    count: { batchWindowSeconds: 0 },
    publish: { batchWindowSeconds: 0 },
  };
  stack = await startStack({ sources: Object.fromEntries(mutations.map((each) => [each.source, source])) });
  weaken(stack);
  published = new Published(stack.engine);
}, 600_000);

afterAll(() => stack?.stop());

/** Puts a service in front of DynamoDB that does not heed some conditions, as if the handlers had not written them. */
function weaken({ engine, source }: Stack): void {
  const dynamodb = engine.services.byName.get('dynamodb');
  if (dynamodb === undefined) throw new Error('the engine serves no DynamoDB');
  const seriesTable = source('partials').seriesTable;
  const unheeded = (input: Input): boolean => {
    if (input.TableName === seriesTable) return true;
    const { Source, Item } = input.Key;
    if (Source?.S === 'ledger') return Item?.S?.startsWith('LEDGER#') ?? false;
    return Source?.S === 'names' && Item?.S === 'CATALOGUE';
  };
  engine.services.byName.set('dynamodb', {
    async handle(request): Promise<AwsResponse> {
      if (request.operation !== 'UpdateItem' || request.headers['x-amzn-trace-id'] === undefined) {
        return dynamodb.handle(request);
      }
      const input: Input = JSON.parse(request.body.toString('utf8'));
      if (input.Key.Source?.S === 'markers' && input.Key.Item?.S?.startsWith('PUBLISHED#')) return done;
      return dynamodb.handle(unheeded(input) ? withoutCondition(request, input) : request);
    },
  });
}

interface Input {
  readonly TableName: string;
  readonly Key: Readonly<Record<string, { readonly S: string } | undefined>>;
  readonly ConditionExpression?: string;
}

const done: AwsResponse = { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: '{}' };

/** The condition stays, since it names values, but always holds. */
function withoutCondition(request: AwsRequest, input: Input): AwsRequest {
  const { ConditionExpression: condition } = input;
  if (condition === undefined) return request;
  const [name] = /#\w+/.exec(condition) ?? [];
  const always = `(${condition}) OR attribute_exists(${name}) OR attribute_not_exists(${name})`;
  return { ...request, body: Buffer.from(JSON.stringify({ ...input, ConditionExpression: always })) };
}

/** Sends some groups, one of them struck, and returns what the comparison finds. */
async function run(mutation: Mutation): Promise<{ hasStruck: boolean; differences: readonly string[] }> {
  const { engine } = stack;
  const floorMs = floorsAt(engine.clock.now());
  const world = new World(engine, stack.source(mutation.source), published, { floorMs });
  const calls = new Calls(engine, world.source);
  const groups = new Groups(engine, world, { maxSeries, seed: 5 });
  try {
    await groups.setFloors(floorMs);
    await groups.send();
    await world.settled();
    const struck = strike(engine, 'killed before', (call) =>
      (calls.positionOf(call) ?? '').startsWith(mutation.killedBefore),
    );
    for (let group = 0; group < 3; group += 1) {
      await groups.send();
      await world.counted();
    }
    await world.settled();
    const differences = [...(await world.differences()), ...(await world.figureDifferences())];
    return { hasStruck: struck.hasStruck, differences };
  } finally {
    groups.close();
    world.close();
  }
}

describe('the comparison', () => {
  let results: Map<string, Awaited<ReturnType<typeof run>>>;
  // All at once: each mutation has a source of its own.
  beforeAll(async () => {
    results = new Map(await Promise.all(mutations.map(async (each) => [each.source, await run(each)] as const)));
  }, 600_000);

  it.each(mutations)('of a source without $safeguard finds $finds', ({ source, finds }) => {
    const { hasStruck, differences = [] } = results.get(source) ?? {};
    expect(hasStruck).toBe(true);
    if (finds === undefined) expect(differences).toEqual([]);
    else expect(differences).toContainEqual(expect.stringMatching(finds));
  });
});
