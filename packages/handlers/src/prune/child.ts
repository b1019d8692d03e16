import { isDeepStrictEqual } from 'node:util';
import { controlItems } from '@tidemark/core/control/keys';
import { runKey } from '@tidemark/core/replay/run';
import type { Item } from '../aws/dynamodb.ts';
import type { Place } from './place.ts';
import type { Invocation } from './step.ts';

/** Item `PRUNING#<run>#<child>` of the Control table, without its keys. Written before what it tells of is done, so that what is done again is not told twice. */
interface ChildItem<Tally> {
  /** One more with every change. */
  readonly Version: number;
  readonly Tally: Tally;
  /** Objects up to here are told of. */
  readonly Exported?: Place;
  /** Items up to here are told of. */
  readonly Told?: Place;
}

/** What a child of the map has told of its work so far, whichever of its invocations did it. */
export class Child<Tally extends object> {
  readonly #invocation: Invocation;
  readonly #name: string;
  readonly #field: 'Pruned' | 'Restored';
  #item: ChildItem<Tally>;

  private constructor(invocation: Invocation, name: string, field: 'Pruned' | 'Restored', item: ChildItem<Tally>) {
    this.#invocation = invocation;
    this.#name = name;
    this.#field = field;
    this.#item = item;
  }

  static async read<Tally extends object>(
    invocation: Invocation,
    name: string,
    field: 'Pruned' | 'Restored',
    empty: Tally,
  ): Promise<Child<Tally>> {
    const { dynamodb, settings, run, signal } = invocation;
    const key = { Source: settings.source, Item: controlItems.pruning(run, name) };
    const found = await dynamodb.get(settings.controlTable, key, signal);
    const item = found === undefined ? { Version: 0, Tally: empty } : withoutKeys<Tally>(found);
    return new Child(invocation, name, field, item);
  }

  get tally(): Tally {
    return this.#item.Tally;
  }

  get exported(): Place | undefined {
    return this.#item.Exported;
  }

  get told(): Place | undefined {
    return this.#item.Told;
  }

  /** Throws where another invocation has told something since this one has read: it does the same work, and this one is too many. */
  async tell(change: Partial<Omit<ChildItem<Tally>, 'Version'>>): Promise<void> {
    const { dynamodb, settings, run, signal } = this.#invocation;
    const { Version: read } = this.#item;
    const item = { ...this.#item, ...change, Version: read + 1 };
    const attributes = Object.entries(item);
    const outcome = await dynamodb.update(
      {
        table: settings.controlTable,
        key: { Source: settings.source, Item: controlItems.pruning(run, this.#name) },
        expression: `SET ${attributes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        condition: read === 0 ? 'attribute_not_exists(#Version)' : '#Version = :read',
        names: Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
        values: {
          ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
          ...(read === 0 ? {} : { ':read': read }),
        },
      },
      signal,
    );
    if (outcome.kind === 'condition-failed') {
      // An answer that was lost: the first attempt of this very write stands there.
      if (!isDeepStrictEqual(withoutKeys(outcome.old ?? {}), item))
        throw new Error(`child ${this.#name}: another invocation does its work`);
    }
    this.#item = item;
  }

  /** Shows operators how far the child has come. The run has a map for it since it was planned. */
  async show(): Promise<void> {
    await showChild(this.#invocation, this.#field, this.#name, this.tally);
  }
}

/** Brings the run up to date with what its children have told, whether they came to show it or not. */
export async function showChildren(invocation: Invocation, field: 'Pruned' | 'Restored'): Promise<readonly string[]> {
  const prefix = controlItems.pruningPrefix(invocation.run);
  const items = await invocation.control.itemsOf(prefix);
  for (const { Item, Tally } of items) {
    await showChild(invocation, field, String(Item).slice(prefix.length), Tally as object);
  }
  return items.map(({ Item }) => String(Item));
}

function withoutKeys<Tally>({ Source: _, Item: __, ...item }: Item): ChildItem<Tally> {
  return item as unknown as ChildItem<Tally>;
}

async function showChild(
  { dynamodb, settings, run, signal }: Invocation,
  field: 'Pruned' | 'Restored',
  name: string,
  tally: object,
): Promise<void> {
  await dynamodb.update(
    {
      table: settings.controlTable,
      key: runKey(settings.source, run),
      expression: 'SET #field.#child = :tally',
      names: { '#field': field, '#child': name },
      values: { ':tally': tally },
    },
    signal,
  );
}
