import type { Held } from '@tidemark/core/prune/came-back';
import { cameBack } from '@tidemark/core/prune/came-back';
import { itemBytes, writeUnitsOf } from '@tidemark/core/prune/item-bytes';
import type { StoredItem } from '@tidemark/core/prune/line';
import type { RestoreTally } from '@tidemark/core/prune/tally';
import { addRestoreTallies, emptyRestoreTally } from '@tidemark/core/prune/tally';
import { generationOf } from '@tidemark/core/replay/timeline';
import { decodeBucket } from '@tidemark/core/series/key';
import type { Item } from '../aws/dynamodb.ts';
import { presentKeysMax } from '../aws/dynamodb-batches.ts';
import { inParallel } from '../parallel.ts';
import type { Child } from './child.ts';
import type { Place } from './place.ts';
import { isUpTo } from './place.ts';
import type { RestoredDay } from './restored-days.ts';
import type { LineChunk } from './restored-lines.ts';
import type { Invocation } from './step.ts';
import { assertStanding } from './step.ts';
import type { WritePace } from './write-pace.ts';
import { takeTurn } from './write-pace.ts';

const putsAtOnce = 16;

/** A restore of some series, and what it has to tell. */
export class Restoration {
  readonly invocation: Invocation;
  readonly child: Child<RestoreTally>;
  readonly pace: WritePace;
  /** What is not told yet: days without objects cost no write of their own. */
  #untold: RestoreTally = emptyRestoreTally;
  #through: Place | undefined;

  constructor(invocation: Invocation, child: Child<RestoreTally>, pace: WritePace) {
    this.invocation = invocation;
    this.child = child;
    this.pace = pace;
  }

  isTold(place: Place): boolean {
    return isUpTo(place, this.child.told);
  }

  missing(day: RestoredDay): void {
    const place = dayPlace(day);
    if (!this.isTold(place)) this.#add({ ...emptyRestoreTally, Missing: 1 }, place);
  }

  /** Before it is done. */
  async tell(tally: RestoreTally, place: Place): Promise<void> {
    this.#add(tally, place);
    await this.#tellAll();
  }

  /** Shows operators how far the child has come. */
  async show(): Promise<RestoreTally> {
    await this.#tellAll();
    await this.child.show();
    return this.child.tally;
  }

  #add(tally: RestoreTally, place: Place): void {
    this.#untold = addRestoreTallies(this.#untold, tally);
    this.#through = place;
  }

  async #tellAll(): Promise<void> {
    if (this.#through === undefined) return;
    const Tally = addRestoreTallies(this.child.tally, this.#untold);
    await this.child.tell({ Tally, Told: this.#through });
    [this.#untold, this.#through] = [emptyRestoreTally, undefined];
  }
}

/** Puts what of the lines is asked for and true, and is not in the table. False where the time was up before all of it was. */
export async function putChunk(restoration: Restoration, day: RestoredDay, chunk: LineChunk): Promise<boolean> {
  const { invocation, pace } = restoration;
  const wanted = chunk.items.filter((item) => isWanted(day, item));
  const place = { ...dayPlace(day), Key: `${day.day} ${chunk.key} ${String(chunk.end).padStart(9, '0')}` };
  await assertStanding(invocation);
  const due = await dueOf(invocation, wanted);
  if (!restoration.isTold(place)) {
    const Bytes = due.reduce((sum, { item }) => sum + itemBytes(item), 0);
    const Objects = chunk.begin === 0 ? 1 : 0;
    const Standing = wanted.length - due.length;
    await restoration.tell({ ...emptyRestoreTally, Items: due.length, Bytes, Standing, Objects }, place);
  }
  const isPut = await inParallel(
    due,
    async (each) => {
      if (!(await takeTurn(pace, writeUnitsOf(itemBytes(each.item)), invocation))) return false;
      await putBack(invocation, each);
      return true;
    },
    putsAtOnce,
  );
  return !isPut.includes(false);
}

/** An item to be put. `standing`: what is in its place, and came back after it was deleted. */
interface DueItem {
  readonly item: StoredItem;
  readonly standing?: Item;
}

/** What came back may go on growing: it is looked at again where it has. */
async function putBack({ batches, settings, signal }: Invocation, { item, standing }: DueItem): Promise<void> {
  const { seriesTable } = settings;
  const { EventName, Bucket } = item;
  for (let seen = standing; ; ) {
    const isPut =
      seen === undefined
        ? await batches.putNew(seriesTable, item, 'EventName', signal)
        : await batches.putInPlace(seriesTable, item, { seen, attributes: ['EventCount', 'LastSequence'] }, signal);
    if (isPut) return;
    [seen] = await batches.present(seriesTable, [{ EventName, Bucket }], signal);
    if (seen !== undefined && !cameBack(seen as unknown as Held, item as unknown as Held)) return;
  }
}

/** Of the series, in the range, and of the generation that is true. */
function isWanted({ name, size, range, timeline }: RestoredDay, { EventName, Bucket }: StoredItem): boolean {
  const { startMs, generation, size: ofSize } = decodeBucket(Bucket);
  if (EventName !== name || ofSize !== size || startMs < range.fromMs || startMs >= range.toMs) return false;
  return generationOf(timeline, size, startMs) === generation;
}

/** Those that the table does not have, or has less of than was exported. What lives otherwise stays as it is. */
async function dueOf({ batches, settings, signal }: Invocation, items: readonly StoredItem[]): Promise<DueItem[]> {
  const present = new Map<string, Item>();
  for (let at = 0; at < items.length; at += presentKeysMax) {
    const keys = items.slice(at, at + presentKeysMax).map(({ EventName, Bucket }) => ({ EventName, Bucket }));
    const found = await batches.present(settings.seriesTable, keys, signal);
    for (const standing of found) present.set(String(standing.Bucket), standing);
  }
  return items.flatMap((item): DueItem[] => {
    const standing = present.get(item.Bucket);
    if (standing === undefined) return [{ item }];
    return cameBack(standing as unknown as Held, item as unknown as Held) ? [{ item, standing }] : [];
  });
}

function dayPlace({ slot, part, day }: RestoredDay): Place {
  return { Slot: slot, Part: part, Key: day };
}
