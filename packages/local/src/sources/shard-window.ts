import type { SourceRecord } from './source.ts';
import {
  emptied,
  holds,
  type OpenWindow,
  stateBytesMax,
  type WindowEnd,
  windowAt,
  windowedEventJson,
} from './tumbling-window.ts';

export interface ShardWindowOptions {
  /** Of the windows to come; 0 where there are to be none once the open one is closed. */
  readonly seconds: number;
  readonly shardId: string;
  readonly eventSourceArn: string;
  /** The window that was open when the shard was last read. */
  readonly open: OpenWindow | undefined;
}

/** The windows of one shard, one after the other: which is open, what its state is, and how its calls look. */
export class ShardWindow {
  readonly #options: ShardWindowOptions;
  #open: OpenWindow | undefined;
  #stateBytes = 0;

  constructor(options: ShardWindowOptions) {
    this.#options = options;
    this.#keep(options.open);
  }

  get open(): OpenWindow | undefined {
    return this.#open;
  }

  /** The open window was begun by a mapping that has no windows any more. */
  get isLast(): boolean {
    return this.#options.seconds === 0;
  }

  /** The state has grown too large: before anything else, the window must end early. */
  get isOverfull(): boolean {
    return this.#stateBytes > stateBytesMax;
  }

  /** What the next event takes without its records, in bytes of JSON. */
  get frameBytes(): number {
    const window = { ...windowAt(0, 1), state: '' };
    const empty = windowedEventJson([], { ...this.#options, window, end: undefined, earlyIsFinal: true });
    return Buffer.byteLength(empty) + this.#stateBytes;
  }

  /** The open window, or else the one that this record will open. */
  at(next: SourceRecord | undefined): OpenWindow | undefined {
    if (this.#open !== undefined || next === undefined || this.isLast) return this.#open;
    return windowAt(next.arrivalMs, this.#options.seconds);
  }

  /** How many records from the front are of the window that is open, or that the first of them opens. */
  leading(records: readonly SourceRecord[]): number {
    const window = this.at(records[0]);
    if (window === undefined || this.isLast) return 0;
    const beyond = records.findIndex((record) => !holds(window, record));
    return beyond === -1 ? records.length : beyond;
  }

  /** The record is about to be delivered: opens its window where none is open. */
  begin(first: SourceRecord): void {
    this.#keep(this.at(first));
  }

  /** Whether the open window cannot take the record. */
  isBefore(next: SourceRecord): boolean {
    return this.#open !== undefined && (this.isLast || !holds(this.#open, next));
  }

  /** Whatever was kept for the window is gone. */
  loseState(): void {
    if (this.#open !== undefined) this.#keep(emptied(this.#open));
  }

  /** The call's event; the window must be open. */
  eventJson(records: readonly SourceRecord[], end: WindowEnd | undefined, earlyIsFinal = true): string {
    if (this.#open === undefined) throw new Error(`No window is open on ${this.#options.shardId}`);
    return windowedEventJson(records, { ...this.#options, window: this.#open, end, earlyIsFinal });
  }

  /** A call succeeded with this state. What ended the window drops it; after an early end the window goes on with none. */
  answered(state: string, end: WindowEnd | undefined): void {
    if (this.#open === undefined) return;
    if (end === 'final') this.#keep(undefined);
    else if (end === 'early') this.#keep(emptied(this.#open));
    else this.#keep({ ...this.#open, state });
  }

  #keep(window: OpenWindow | undefined): void {
    this.#open = window;
    this.#stateBytes = window === undefined ? 0 : Buffer.byteLength(window.state);
  }
}
