import { dayNumber } from '../../series/day.ts';
import type { Batch } from '../counting.ts';
import type { ReplayScenario } from './scenario.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Records of one object. */
const objectRecords = 3;

/** What a consumer has put away of every shard: objects of a few records, in the order of the stream, some time after they arrived. Some may have got lost. */
export class Archive {
  readonly #scenario: ReplayScenario;
  readonly #world: { readonly nowMs: number };

  constructor(scenario: ReplayScenario, world: { readonly nowMs: number }) {
    this.#scenario = scenario;
    this.#world = world;
  }

  /** The next object, as records of its shard: past `after`, a place, and of arrivals from the day of `fromMs` on. */
  next(place: number, after: number, fromMs: number, toMs: number): Batch | undefined {
    const { shards, archive } = this.#scenario;
    const { records } = shards[place] ?? { records: [] };
    const beginMs = dayNumber(fromMs) * dayMs;
    const begin = records.findIndex(({ arrivalMs }) => arrivalMs >= beginMs);
    for (let from = Math.max(after + 1, begin); from < records.length && begin !== -1; ) {
      const object = Math.floor(from / objectRecords);
      const to = Math.min((object + 1) * objectRecords, this.#held(place));
      if (to <= from || (records[from]?.arrivalMs ?? 0) >= toMs) {
        return undefined;
      }
      if (!archive.missing.includes(`${place} ${object}`)) {
        return { place, from, to };
      }
      from = to;
    }
    return undefined;
  }

  /** How many records of a shard are put away by now. */
  #held(place: number): number {
    const { shards, archive } = this.#scenario;
    const { nowMs } = this.#world;
    const at = shards[place]?.records.findIndex(({ visibleMs }) => visibleMs + archive.lagMs > nowMs) ?? 0;
    return at === -1 ? (shards[place]?.records.length ?? 0) : at;
  }
}
