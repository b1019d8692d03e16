import { changeCap, decide, raiseFloor } from './decide.ts';
import type { Mapping } from './mapping.ts';
import type { Network } from './network.ts';
import type { Intervention } from './scenario.ts';
import type { World } from './world.ts';
import { attemptMsMax, timeoutMs } from './world.ts';

/** A hold of the counter: until `quietFromMs` its invocations may end, from then until `quietToMs` nothing may be written. */
interface Hold {
  readonly quietFromMs: number;
  readonly quietToMs: number;
  writes: number | undefined;
}

/** What operators, deployments and AWS do while counting goes on. */
export class Interventions {
  readonly #world: World;
  readonly #network: Network;
  readonly #mapping: Mapping;
  readonly #due: Intervention[];
  #hold: Hold | undefined;

  constructor(world: World, network: Network, mapping: Mapping) {
    this.#world = world;
    this.#network = network;
    this.#mapping = mapping;
    this.#due = [...world.scenario.interventions];
  }

  /** When the next one happens; Infinity when all have. */
  get nextMs(): number {
    if (this.#hold !== undefined) {
      return this.#hold.writes === undefined ? this.#hold.quietFromMs : this.#hold.quietToMs;
    }
    return this.#due[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  passTime(): void {
    const { nowMs } = this.#world;
    if (this.#hold !== undefined) {
      this.#keepHold(this.#hold);
      return;
    }
    const next = this.#due[0];
    if (next !== undefined && next.atMs <= nowMs) {
      this.#due.shift();
      this.#intervene(next);
    }
  }

  #intervene(intervention: Intervention): void {
    const { nowMs } = this.#world;
    this.#world.trace?.(`intervention: ${intervention.kind}`);
    switch (intervention.kind) {
      case 'cap':
        decide(this.#world, this.#network, changeCap(this.#world, intervention.maxSeries));
        break;
      case 'floor':
        decide(this.#world, this.#network, raiseFloor(this.#world, intervention));
        break;
      case 'replaceMapping':
        this.#mapping.replace();
        break;
      case 'expire':
        if (!this.#world.rules.noTimeToLive) {
          expire(this.#world);
        }
        break;
      case 'hold': {
        this.#mapping.isEnabled = false;
        const quietFromMs = nowMs + timeoutMs + attemptMsMax;
        this.#hold = { quietFromMs, quietToMs: quietFromMs + intervention.quietMs, writes: undefined };
      }
    }
  }

  #keepHold(hold: Hold): void {
    const { nowMs, store } = this.#world;
    if (hold.writes === undefined) {
      hold.writes = nowMs >= hold.quietFromMs ? store.writes : undefined;
      return;
    }
    if (store.writes !== hold.writes) {
      this.#world.findings.report('quiet', `${store.writes - hold.writes} writes landed while the counter was held`);
    }
    if (nowMs >= hold.quietToMs) {
      this.#mapping.isEnabled = true;
      this.#hold = undefined;
    }
  }
}

/** All partials of one bucket go at once, as a time to live by bucket would take them. */
function expire({ store, random, checks }: World): void {
  const keys = [...store.partials.keys()];
  if (keys.length === 0) {
    return;
  }
  const chosen = random.pick(keys);
  const bucket = chosen.slice(0, chosen.lastIndexOf('#'));
  checks.expired.add(bucket);
  for (const key of keys.filter((candidate) => candidate.startsWith(`${bucket}#`))) {
    store.partials.delete(key);
  }
}
