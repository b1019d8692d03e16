import type { NamedPage } from './ahead.ts';

/**
 * Items that follow each other and are of one name and one bucket or window, together: partials come in the order of their keys, slice after slice of a start. A
 * list of such groups for each page, the last group when it is known to be whole.
 */
export async function* adjacent<Item extends { readonly Bucket: string }>(
  pages: AsyncIterable<NamedPage<readonly Item[]>>,
): AsyncGenerator<(readonly Item[])[]> {
  let group: Item[] = [];
  let ofName: string | undefined;
  let ofStart: string | undefined;
  for await (const { name, page } of pages) {
    const whole: (readonly Item[])[] = [];
    for (const item of page) {
      const start = item.Bucket.slice(0, item.Bucket.lastIndexOf('#'));
      if (group.length > 0 && (start !== ofStart || name !== ofName)) {
        whole.push(group);
        group = [];
      }
      [ofName, ofStart] = [name, start];
      group.push(item);
    }
    if (whole.length > 0) yield whole;
  }
  if (group.length > 0) yield [group];
}
