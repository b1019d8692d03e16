import type { Engine } from '@tidemark/local/engine';

interface Written {
  readonly TransactItems?: readonly {
    readonly Put?: { readonly Item: Attributes };
    readonly Delete?: { readonly Key: Attributes };
  }[];
}

type Attributes = Readonly<Record<string, { readonly S?: string }>>;

/** Of a write in a transaction, for each kilobyte. */
const unitsAKilobyte = 2;

/** Adds up what transactions write to each partition of the Control table, reckoned from what they hold: of a transaction DynamoDB says the sum alone. */
export class PartitionWrites {
  readonly byPartition = new Map<string, number>();

  constructor(engine: Engine) {
    engine.faults.add({
      match: {
        ...{ service: 'dynamodb', operation: 'TransactWriteItems' },
        where: ({ request }) => {
          this.#add(JSON.parse(request.body.toString('utf8')));
          return false;
        },
      },
      action: { kind: 'lose' },
      times: 0,
    });
  }

  #add({ TransactItems = [] }: Written): void {
    for (const { Put, Delete } of TransactItems) {
      const item = Put?.Item ?? Delete?.Key ?? {};
      const partition = item.Source?.S ?? '';
      // What is deleted is an entry of the outbox, of less than a kilobyte.
      const kilobytes = Put === undefined ? 1 : Math.ceil(sizeOf(item) / 1024);
      this.byPartition.set(partition, (this.byPartition.get(partition) ?? 0) + kilobytes * unitsAKilobyte);
    }
  }
}

/** Nearly as DynamoDB counts: names and values, without what JSON puts around them. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, each]) => {
    const isType = /^(S|N|M|L|B|BOOL|NULL|\d+)$/.test(name);
    return sum + (isType ? 1 : Buffer.byteLength(name)) + sizeOf(each);
  }, 0);
}
