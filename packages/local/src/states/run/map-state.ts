import type { MapState } from '../definition.ts';
import { inlineConcurrencyMax } from '../limits.ts';
import type { Progress } from '../progress.ts';
import { Scope } from '../scope.ts';
import { concurrently } from './concurrently.ts';
import { Overtaken } from './lane.ts';
import { runSequence } from './sequence.ts';
import type { Visit } from './visit.ts';

/** One attempt at all iterations of an inline map, to the list of what they came to. Throws StateFailure. */
export async function attemptInlineMap(
  visit: Visit<MapState>,
  innerOf: (count: number) => readonly Progress[],
): Promise<unknown> {
  const { lane } = visit;
  const items = await itemsOf(visit);
  const limit = await maxConcurrency(visit);
  const inner = innerOf(items.length);
  const startedId = lane.trail.follow('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  // An iteration follows from the one before it on the same slot.
  const trails = new Map<number, ReturnType<typeof lane.trail.branch>>();
  const slots: number[] = [];
  let succeededId = startedId;
  const results = await concurrently(lane, {
    count: items.length,
    limit: Math.min(limit === 0 ? inlineConcurrencyMax : limit, inlineConcurrencyMax),
    run: async (index, slot, signal) => {
      const trail = lane.trail.branch();
      trail.lastId = slots[slot] ?? startedId;
      trails.set(index, trail);
      const progress = inner[index] as Progress;
      const iteration = new Iteration(visit, index, items[index], { ...lane, trail, signal, progress });
      const output = await iteration.run();
      slots[slot] = trail.lastId;
      succeededId = Math.max(succeededId, iteration.endId);
      return output;
    },
    failed: (index) => {
      lane.trail.lastId = trails.get(index)?.lastId ?? startedId;
      return lane.trail.lastId;
    },
  });
  lane.trail.lastId = succeededId;
  lane.trail.note('MapStateSucceeded');
  return results;
}

class Iteration {
  readonly #visit: Visit<MapState>;
  readonly #index: number;
  readonly #value: unknown;
  readonly #lane: Visit['lane'];
  /** Of the event that says that it has succeeded. */
  endId = 0;

  constructor(visit: Visit<MapState>, index: number, value: unknown, lane: Visit['lane']) {
    this.#visit = visit;
    this.#index = index;
    this.#value = value;
    this.#lane = lane;
  }

  async run(): Promise<unknown> {
    const { trail, progress, signal } = this.#lane;
    if (progress.done !== undefined) return progress.done.output;
    const { state, name, lane: outer } = this.#visit;
    const details = { name, index: this.#index };
    const map = { Item: { Index: this.#index, Value: this.#value } };
    trail.follow('MapIterationStarted', { mapIterationStartedEventDetails: details });
    try {
      const selected = state.ItemSelector === undefined ? this.#value : await this.#select(map);
      const scope = new Scope(outer.scope, progress.at?.variables);
      const output = await runSequence(state.ItemProcessor, selected, { ...this.#lane, scope, map });
      this.endId = trail.note('MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
      return output;
    } catch (error) {
      if (!signal.aborted) trail.note('MapIterationFailed', { mapIterationFailedEventDetails: details });
      else if (signal.reason instanceof Overtaken) {
        const { eventId } = signal.reason;
        trail.note('MapIterationAborted', { mapIterationAbortedEventDetails: details }, eventId);
      }
      throw error;
    }
  }

  async #select(map: { readonly Item: { readonly Index: number; readonly Value: unknown } }): Promise<unknown> {
    const selected = await this.#visit.evaluate(this.#visit.state.ItemSelector, 'ItemSelector', { map });
    this.#visit.checkSize(selected);
    return selected;
  }
}

async function itemsOf(visit: Visit<MapState>): Promise<readonly unknown[]> {
  const { Items: template } = visit.state;
  const items = template === undefined ? visit.input : await visit.evaluate(template, 'Items');
  if (Array.isArray(items)) return items;
  throw visit.unexpected(template, 'Items', 'array', items);
}

/** 0 is no limit of the definition's own. */
export async function maxConcurrency(visit: Visit<MapState>): Promise<number> {
  const { MaxConcurrency: template } = visit.state;
  return template === undefined ? 0 : visit.number(template, 'MaxConcurrency', 0, Number.MAX_SAFE_INTEGER);
}
