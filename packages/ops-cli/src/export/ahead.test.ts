import { expect, test } from 'vitest';
import { adjacent } from './adjacent.ts';
import { pagesInOrder } from './ahead.ts';

const signal = new AbortController().signal;

async function collected<Each>(pages: AsyncIterable<Each>): Promise<Each[]> {
  const all: Each[] = [];
  for await (const each of pages) all.push(each);
  return all;
}

test('pages come in the order of the names, whichever is read first', async () => {
  const names = ['a', 'b', 'c'];
  async function* open(name: string) {
    for (let page = 0; page < 2; page += 1) {
      // The last name answers first.
      await new Promise((resolve) => setTimeout(resolve, 10 * (names.length - names.indexOf(name))));
      yield `${name}${page}`;
    }
  }
  const through: number[] = [];
  const pages = await collected(pagesInOrder(names, open, signal, () => through.push(through.length)));
  expect(pages.map(({ page }) => page)).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'c1']);
  expect(pages.map(({ name }) => name)).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  expect(through).toEqual([0, 1, 2]);
});

test('what is held does not grow with names and pages', async () => {
  let asked = 0;
  let taken = 0;
  let aheadMax = 0;
  async function* open() {
    for (let page = 0; page < 50; page += 1) {
      asked += 1;
      aheadMax = Math.max(aheadMax, asked - taken);
      yield page;
    }
  }
  const names = Array.from({ length: 60 }, (_, index) => String(index));
  for await (const _ of pagesInOrder(names, open, signal)) taken += 1;
  expect(taken).toBe(60 * 50);
  // A page of each of sixteen names, and the one that was handed out.
  expect(aheadMax).toBeLessThanOrEqual(17);
});

test('the failure of a later name is told when it is its turn, and ends the others', async () => {
  const left: string[] = [];
  async function* open(name: string) {
    try {
      if (name === 'b') throw new Error('no b');
      yield name;
      yield name;
    } finally {
      left.push(name);
    }
  }
  const seen: string[] = [];
  const reading = async () => {
    for await (const { page } of pagesInOrder(['a', 'b', 'c'], open, signal)) seen.push(page);
  };
  await expect(reading()).rejects.toThrow('no b');
  expect(seen).toEqual(['a', 'a']);
  await expect.poll(() => left.toSorted()).toEqual(['a', 'b', 'c']);
});

test('the signal ends it in the middle of a page that does not come', async () => {
  const stop = new AbortController();
  async function* open() {
    yield 1;
    await new Promise(() => {});
    yield 2;
  }
  const seen: number[] = [];
  const reading = async () => {
    for await (const { page } of pagesInOrder(['a'], open, stop.signal)) {
      seen.push(page);
      setImmediate(() => stop.abort(new Error('stopped')));
    }
  };
  await expect(reading()).rejects.toThrow('stopped');
  expect(seen).toEqual([1]);
});

test('the slices of a bucket are one group, also from page to page; a name is no other', async () => {
  async function* pages() {
    const page = (name: string, ...keys: string[]) => ({ name, page: keys.map((Bucket) => ({ Bucket })) });
    yield page('a', '1h#0000#t1#0', '1h#0000#t1#1', '1h#0000#t2#0');
    yield page('a', '1h#0000#t2#1');
    yield page('a');
    yield page('a', '1h#0000#t2#2', '1h#0003#t3#0');
    yield page('b', '1h#0003#t3#0');
  }
  const groups = (await collected(adjacent(pages()))).flat();
  expect(groups.map((group) => group.map(({ Bucket }) => Bucket.slice(8)).join(' '))).toEqual([
    't1#0 t1#1',
    't2#0 t2#1 t2#2',
    't3#0',
    't3#0',
  ]);
  expect(await collected(adjacent((async function* () {})()))).toEqual([]);
});
