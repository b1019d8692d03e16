import type { IncidentItem, Telling } from '../../../incidents/items.ts';
import type { Delivery } from '../../../incidents/telling.ts';
import type { IncidentInvariant } from '../invariants.ts';
import { Known } from '../known.ts';
import { AllSent } from '../sent.ts';
import type { Versioned } from '../store.ts';
import type { World } from '../world.ts';
import { Ends } from './ends.ts';
import { Promptness } from './promptness.ts';
import { Tellings } from './tellings.ts';
import { Writes } from './writes.ts';

/** What all checks look at, and where they say what is broken. */
export interface Checked {
  readonly world: World;
  readonly known: Known;
  readonly sent: AllSent;
  /** By incident: when it was acknowledged first since it was raised last, and when it was raised last. */
  readonly acknowledgedMs: Map<string, number>;
  readonly raisedMs: Map<string, number>;
  report(invariant: IncidentInvariant, detail: string): void;
}

/** Watches every write and every message, knowing what the alarms really do. */
export class Checks {
  readonly #checked: Checked;
  readonly #writes: Writes;
  readonly #tellings: Tellings;
  readonly #promptness: Promptness;
  readonly #ends: Ends;

  constructor(world: World) {
    const checked = {
      ...{ world, known: new Known(world.store), sent: new AllSent() },
      ...{ acknowledgedMs: new Map<string, number>(), raisedMs: new Map<string, number>() },
      report: (invariant: IncidentInvariant, detail: string) => {
        world.say(`BROKEN ${invariant}: ${detail}`);
        world.findings.report(invariant, detail);
      },
    };
    this.#checked = checked;
    this.#writes = new Writes(checked);
    this.#tellings = new Tellings(checked);
    this.#promptness = new Promptness(checked);
    this.#ends = new Ends(checked);
  }

  written(key: string, before: Versioned | undefined, after: Versioned): void {
    const [, id] = /^INCIDENT#(.*)$/.exec(key) ?? [];
    if (id === undefined) return;
    const [was, is] = [before as IncidentItem | undefined, after as IncidentItem];
    const { world, acknowledgedMs, raisedMs } = this.#checked;
    if (is.Acknowledged !== undefined && was?.Acknowledged === undefined) acknowledgedMs.set(id, is.Acknowledged.AtMs);
    if (was?.Raise !== is.Raise) raisedMs.set(id, world.nowMs);
    this.#writes.written(id, was, is);
  }

  /** It is noted that a telling is about to be sent; `item` is what the note has replaced. */
  begun(id: string, telling: Telling, item: IncidentItem): void {
    this.#tellings.begun(id, telling, item);
  }

  published(incident: string, telling: Telling, delivery: Delivery): void {
    this.#tellings.published(incident, telling, delivery);
  }

  /** Time has passed. */
  passed(): void {
    for (const alarm of this.#checked.world.scenario.alarms) {
      this.#promptness.passed(alarm);
      this.#ends.passed(alarm);
    }
  }

  final(): void {
    this.#ends.final();
  }
}
