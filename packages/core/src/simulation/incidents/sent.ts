import type { Telling } from '../../incidents/items.ts';
import { tellingId } from '../../incidents/outbox.ts';
import type { Delivery } from '../../incidents/telling.ts';

/** What was sent, or was tried to be. */
export interface Sent extends Delivery {
  readonly incident: string;
  readonly telling: Telling;
  readonly atMs: number;
}

/** Everything that was sent to anybody, in order. */
export class AllSent {
  readonly #all: Sent[] = [];

  add(sent: Sent): void {
    this.#all.push(sent);
  }

  /** Of one incident. */
  of(incident: string): Sent[] {
    return this.#all.filter((sent) => sent.incident === incident);
  }

  /** The same telling of it. */
  same(incident: string, telling: Telling): Sent[] {
    return this.of(incident).filter((sent) => tellingId(sent.telling) === tellingId(telling));
  }
}
