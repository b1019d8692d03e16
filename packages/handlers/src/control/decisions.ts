import type { Source } from '@tidemark/core/config';
import type { Catalogue, CatalogueItem } from '@tidemark/core/control/catalogue';
import { admission, capChange, catalogueKey, catalogueOf, firstCatalogue } from '@tidemark/core/control/catalogue';
import type { FloorsItem } from '@tidemark/core/control/floors';
import { floorsKey, floorsOf } from '@tidemark/core/control/floors';
import { namesToAdmit } from '@tidemark/core/count/admit';
import type { Decisions } from '@tidemark/core/count/outcomes';
import type { ReadBatch } from '@tidemark/core/count/read';
import { decisionsCacheMs } from '@tidemark/core/limits';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import { firstTimeline, timelineKey } from '@tidemark/core/replay/timeline';
import type { DynamoDB, Item } from '../aws/dynamodb.ts';
import { inParallel } from '../parallel.ts';

/** Every attempt that fails shows that another shard admitted a name; with so many in a row the invocation is tried again. */
const attemptsMax = 50;

/** What counting is told by the Control table. */
export interface RememberedItems extends Decisions {
  /** Which generation is true for which buckets. */
  readonly timeline: TimelineItem;
}

/** What counting remembers of the Control table: catalogue, floors and timeline, read at a cold start and then once a minute. */
export class RememberedDecisions {
  readonly #dynamodb: DynamoDB;
  readonly #table: string;
  readonly #source: Source;
  #decisions: RememberedItems | undefined;
  /** Stamped before the reads were sent: what they say may be as old as that. A switch of the timeline waits for this to pass. */
  #readAtMs = 0;

  constructor(dynamodb: DynamoDB, table: string, source: Source) {
    this.#dynamodb = dynamodb;
    this.#table = table;
    this.#source = source;
  }

  /** Reads nothing while what is remembered is young enough. A clock that was set back makes it too old. */
  async at(nowMs: number, signal: AbortSignal): Promise<RememberedItems> {
    const ageMs = nowMs - this.#readAtMs;
    if (this.#decisions && ageMs >= 0 && ageMs < decisionsCacheMs) return this.#decisions;
    const { name } = this.#source;
    const [catalogue, floors, timeline] = await inParallel(
      [catalogueKey(name), floorsKey(name), timelineKey(name)],
      (key) => this.#dynamodb.get(this.#table, key, signal),
    );
    const known = catalogueIn(catalogue) ?? (await this.#begin(signal));
    this.#decisions = {
      catalogue: await this.#recordCap(known, nowMs, signal),
      floors: floorsOf(floors as FloorsItem | undefined),
      timeline: (timeline as TimelineItem | undefined) ?? firstTimeline,
    };
    this.#readAtMs = nowMs;
    return this.#decisions;
  }

  /** Gives every name of the batch that may have a slot its slot, and returns the decisions that the batch is counted by. */
  async admit(read: ReadBatch, decisions: RememberedItems, signal: AbortSignal): Promise<RememberedItems> {
    let { catalogue } = decisions;
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const names = namesToAdmit(read, catalogue, decisions.floors);
      if (names.length === 0) {
        this.#remember(catalogue);
        return { ...decisions, catalogue };
      }
      const { sizeBefore } = admission(catalogue, names);
      const outcome = await this.#append('Names', names, sizeBefore, signal);
      catalogue =
        outcome.kind === 'done'
          ? catalogueOf({ Names: [...catalogue.Names, ...names], Caps: catalogue.Caps })
          : standing(outcome.old);
    }
    throw new Error(`catalogue: changed by others ${attemptsMax} times in a row`);
  }

  /** The catalogue alone: however long the names took, no older timeline takes the place of what was read since. */
  #remember(catalogue: Catalogue): void {
    if (this.#decisions) this.#decisions = { ...this.#decisions, catalogue };
  }

  /** The source's first invocation writes its catalogue; of two at once the later takes the earlier's. */
  async #begin(signal: AbortSignal): Promise<Catalogue> {
    const first = firstCatalogue(this.#source.maxSeries);
    const outcome = await this.#dynamodb.update(
      {
        table: this.#table,
        key: catalogueKey(this.#source.name),
        expression: 'SET #names = :names, #caps = :caps',
        condition: 'attribute_not_exists(#names)',
        names: { '#names': 'Names', '#caps': 'Caps' },
        values: { ':names': first.Names, ':caps': first.Caps },
      },
      signal,
    );
    return outcome.kind === 'done' ? catalogueOf(first) : standing(outcome.old);
  }

  /** Records the configured cap where the catalogue has another. Of two at once the later takes the earlier's. */
  async #recordCap(catalogue: Catalogue, nowMs: number, signal: AbortSignal): Promise<Catalogue> {
    const change = capChange(catalogue, this.#source.maxSeries, nowMs);
    if (change === undefined) return catalogue;
    const outcome = await this.#append('Caps', [change.cap], change.sizeBefore, signal);
    return outcome.kind === 'done'
      ? catalogueOf({ Names: catalogue.Names, Caps: [...catalogue.Caps, change.cap] })
      : standing(outcome.old);
  }

  #append(list: keyof CatalogueItem, entries: readonly unknown[], sizeBefore: number, signal: AbortSignal) {
    return this.#dynamodb.update(
      {
        table: this.#table,
        key: catalogueKey(this.#source.name),
        expression: 'SET #list = list_append(#list, :entries)',
        condition: 'size(#list) = :size',
        names: { '#list': list },
        values: { ':entries': entries, ':size': sizeBefore },
      },
      signal,
    );
  }
}

function catalogueIn(item: Item | undefined): Catalogue | undefined {
  return item && catalogueOf(item as unknown as CatalogueItem);
}

/** The catalogue that made a condition fail. */
function standing(old: Item | undefined): Catalogue {
  const catalogue = catalogueIn(old);
  if (catalogue === undefined) throw new Error('catalogue: gone while it was being changed');
  return catalogue;
}
