import { createHash } from 'node:crypto';
import { isDeepStrictEqual, promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { encodeLine } from '@tidemark/core/prune/line';
import { againKey, exportKey } from '@tidemark/core/prune/object';
import type { Covered, Exports } from './covered.ts';
import type { Expired } from './expired.ts';
import { damaged, exportedItems } from './exported-lines.ts';
import type { Group } from './group.ts';
import { objectOf } from './group.ts';
import type { Invocation } from './step.ts';
import { assertStanding } from './step.ts';

const compress = promisify(gzip);
const contentType = 'application/gzip';

/** What is to be written of a group before its items may go. */
export interface Due {
  readonly group: Group;
  /** What no object holds. */
  readonly fresh: readonly Expired[];
  /** What an object holds with other content. */
  readonly again: readonly Expired[];
}

export function dueOf(group: Group, { same, other }: Covered): Due {
  return {
    group,
    fresh: group.items.filter((each) => !same.has(each) && !other.has(each)),
    again: group.items.filter((each) => other.has(each)),
  };
}

/** Objects that it takes. */
export function objectsDue({ fresh, again }: Due): number {
  return (fresh.length > 0 ? 1 : 0) + (again.length > 0 ? 1 : 0);
}

/**
 * Writes what is due, and reads it back: when this has returned, every item of the group is in the export, as it is in the table. Throws `ExportDamaged` where what
 * comes back is not what was written.
 */
export async function exportDue(invocation: Invocation, exports: Exports, due: Due): Promise<void> {
  const { group, again } = due;
  const { settings, s3, run, signal } = invocation;
  await exportFresh(invocation, exports, due);
  const [first] = again;
  if (first === undefined) return;
  const lines = linesOf(again);
  // What came back twice in the same run must not take the place of itself: the key tells the content.
  const hash = createHash('sha256').update(lines).digest('hex').slice(0, 8);
  const object = objectOf(settings.source, group, first);
  const key = againKey(run, { ...object, slice: `${object.slice}-${hash}` });
  await assertStanding(invocation);
  await s3.put(settings.bucket, key, { body: await compress(lines), contentType }, signal);
  await assertWritten(invocation, key, again);
}

async function exportFresh(invocation: Invocation, exports: Exports, { group, fresh, again }: Due): Promise<void> {
  const { settings, s3, signal } = invocation;
  const [first] = fresh;
  if (first === undefined) return;
  const key = exportKey(objectOf(settings.source, group, first));
  await assertStanding(invocation);
  // Node writes no time of change into the header: the same lines become the same bytes.
  const content = { body: await compress(linesOf(fresh)), contentType };
  if ((await s3.putNew(settings.bucket, key, content, signal)) === 'exists') {
    // Of this very call, or of another invocation that does the same work and has met fewer of the items: the others are still due.
    const due = dueOf(group, await exports.covered(group));
    const isOther = due.fresh.includes(first) || due.again.some((each) => !again.includes(each));
    if (isOther) throw damaged(key, 'is there already, and holds other items');
    return exportFresh(invocation, exports, due);
  }
  await assertWritten(invocation, key, fresh);
  exports.remember(key, fresh.at(-1)?.item.Bucket ?? '');
}

function linesOf(items: readonly Expired[]): string {
  return `${items.map(({ item }) => encodeLine(item)).join('\n')}\n`;
}

async function assertWritten(invocation: Invocation, key: string, items: readonly Expired[]): Promise<void> {
  let at = 0;
  for await (const lines of exportedItems(invocation, key)) {
    for (const line of lines) {
      if (!isDeepStrictEqual(line, items[at]?.item)) throw damaged(key, `line ${at + 1} is not what was written`);
      at += 1;
    }
  }
  if (at !== items.length) throw damaged(key, `has ${at} lines of ${items.length}`);
}
