import { interruptible } from '../interruptible.ts';

/** Names whose pages are read at once, each a page ahead: what is held does not grow with the number of names, nor with their pages. */
const namesAtOnce = 16;

/** A page of one name. */
export interface NamedPage<Page> {
  readonly name: string;
  readonly page: Page;
}

/**
 * The pages of `names` in their order, each name's in the order of `open`. While a page is worked on, the next one and the first ones of the names
 * that follow are on their way. `onName` is told when a name is through. Rejects with the signal's reason as soon as that aborts.
 */
export async function* pagesInOrder<Page>(
  names: readonly string[],
  open: (name: string) => AsyncIterable<Page>,
  signal: AbortSignal,
  onName: () => void = () => {},
): AsyncGenerator<NamedPage<Page>> {
  const left = names.values();
  const begun: Ahead<Page>[] = [];
  const begin = (): void => {
    const { value: name } = left.next();
    if (name !== undefined) begun.push(new Ahead(name, open(name)[Symbol.asyncIterator]()));
  };
  for (let lane = 0; lane < namesAtOnce; lane += 1) begin();
  try {
    for (let first = begun[0]; first !== undefined; first = begun[0]) {
      for (;;) {
        const { done, value: page } = await interruptible(first.take(), signal);
        if (done === true) break;
        yield { name: first.name, page };
      }
      begun.shift();
      begin();
      onName();
    }
  } finally {
    for (const each of begun) each.leave();
  }
}

/** Pages that are asked for before they are wanted. */
class Ahead<Page> {
  readonly name: string;
  readonly #pages: AsyncIterator<Page>;
  #next: Promise<IteratorResult<Page>>;

  constructor(name: string, pages: AsyncIterator<Page>) {
    this.name = name;
    this.#pages = pages;
    this.#next = this.#ask();
  }

  async take(): Promise<IteratorResult<Page>> {
    const result = await this.#next;
    if (result.done !== true) this.#next = this.#ask();
    return result;
  }

  /** Nothing more is wanted. What is on its way is let come in, and its failure is nobody's. */
  leave(): void {
    this.#pages.return?.()?.catch(() => {});
  }

  #ask(): Promise<IteratorResult<Page>> {
    const asked = this.#pages.next();
    // A page of a later name may fail before it is its turn; whoever takes it is told.
    asked.catch(() => {});
    return asked;
  }
}
