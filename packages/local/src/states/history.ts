import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock.ts';
import { historyEventsMax } from './limits.ts';

export type EventDetails = Omit<HistoryEvent, 'timestamp' | 'type' | 'id' | 'previousEventId'>;

/** The execution has no event left but the one that ends it. */
export class HistoryFull extends Error {
  constructor() {
    super(`The execution reached the maximum number of history events (${historyEventsMax}).`);
    this.name = 'HistoryFull';
  }
}

/** Numbers and dates the events of one execution. */
export class History {
  readonly #clock: Clock;
  readonly #listener: (event: HistoryEvent) => void;
  #lastId: number;

  constructor(clock: Clock, listener: (event: HistoryEvent) => void, lastId = 0) {
    this.#clock = clock;
    this.#listener = listener;
    this.#lastId = lastId;
  }

  /** Returns the event's id. Throws HistoryFull where only the last event is left. */
  record(type: HistoryEventType, previousEventId: number, details: EventDetails = {}): number {
    if (this.#lastId + 1 >= historyEventsMax) throw new HistoryFull();
    return this.#add(type, previousEventId, details);
  }

  /** The event that ends the execution, for which there is always room. */
  end(type: HistoryEventType, previousEventId: number, details: EventDetails): void {
    this.#add(type, previousEventId, details);
  }

  #add(type: HistoryEventType, previousEventId: number, details: EventDetails): number {
    this.#lastId++;
    const timestamp = new Date(this.#clock.now());
    this.#listener({ timestamp, type, id: this.#lastId, previousEventId, ...details });
    return this.#lastId;
  }
}

/** One line of events that follow from one another: an execution's, a branch's or an iteration's. */
export class Trail {
  readonly #history: History;
  lastId: number;

  constructor(history: History, lastId: number) {
    this.#history = history;
    this.lastId = lastId;
  }

  /** Records what follows from the last event, and becomes the last. */
  follow(type: HistoryEventType, details?: EventDetails): number {
    this.lastId = this.#history.record(type, this.lastId, details);
    return this.lastId;
  }

  /** Records what follows from the last event, or the one given, without becoming what others follow from. */
  note(type: HistoryEventType, details?: EventDetails, previousEventId: number = this.lastId): number {
    return this.#history.record(type, previousEventId, details);
  }

  branch(): Trail {
    return new Trail(this.#history, this.lastId);
  }
}

const whole = { truncated: false };

/** A value and what says that it is whole, as most events have them. */
export function dataOf<N extends 'input' | 'output'>(
  name: N,
  value: unknown,
): Record<N, string> & Record<`${N}Details`, typeof whole> {
  return { [name]: JSON.stringify(value), [`${name}Details`]: whole } as Record<N, string> &
    Record<`${N}Details`, typeof whole>;
}

/** `{error, cause}` of what there is. */
export function failureOf({ error, cause }: { readonly error?: string | undefined; readonly cause?: unknown }): {
  readonly error?: string;
  readonly cause?: string;
} {
  return {
    ...(error === undefined ? {} : { error }),
    ...(typeof cause === 'string' ? { cause } : {}),
  };
}
