import type { Floors, FloorsItem } from '@tidemark/core/control/floors';
import { floorsKey, floorsOf } from '@tidemark/core/control/floors';
import { decisionsCacheMs } from '@tidemark/core/limits';
import type { DynamoDB } from '../aws/dynamodb.ts';

/** The prune floors of a source, read when they are first asked for and then once a minute at most. */
export class RememberedFloors {
  readonly #dynamodb: DynamoDB;
  readonly #table: string;
  readonly #source: string;
  #floors: Floors | undefined;
  /** Stamped before the read was sent: what it says may be as old as that. */
  #readAtMs = 0;

  constructor(dynamodb: DynamoDB, controlTable: string, source: string) {
    this.#dynamodb = dynamodb;
    this.#table = controlTable;
    this.#source = source;
  }

  /** Reads nothing while what is remembered is young enough. A clock that was set back makes it too old. */
  async at(nowMs: number, signal: AbortSignal): Promise<Floors> {
    const ageMs = nowMs - this.#readAtMs;
    if (this.#floors !== undefined && ageMs >= 0 && ageMs < decisionsCacheMs) return this.#floors;
    const item = await this.#dynamodb.get(this.#table, floorsKey(this.#source), signal);
    this.#floors = floorsOf(item as FloorsItem | undefined);
    this.#readAtMs = nowMs;
    return this.#floors;
  }
}
