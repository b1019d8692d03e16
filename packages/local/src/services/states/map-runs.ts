import type { MapRunRecord } from './execution-record.ts';
import { resourceNotFound } from './failures.ts';
import type { ExecutionStore } from './store.ts';

export type MapRunLimits = Pick<
  MapRunRecord,
  'maxConcurrency' | 'toleratedFailureCount' | 'toleratedFailurePercentage'
>;

interface Open {
  readonly record: MapRunRecord;
  readonly onUpdate: () => void;
}

/** The map runs of all executions. Those that run are in memory, and kept with their beginning and their end. */
export class MapRuns {
  readonly #store: ExecutionStore;
  readonly #open = new Map<string, Open>();

  constructor(store: ExecutionStore) {
    this.#store = store;
  }

  /** `onUpdate` is called when its limits have changed. */
  open(record: MapRunRecord, onUpdate: () => void): void {
    this.#open.set(record.mapRunArn, { record, onUpdate });
    this.#store.putMapRun(record);
  }

  /** It has ended, as the record says. */
  close(record: MapRunRecord): void {
    this.#store.putMapRun(record);
    this.#open.delete(record.mapRunArn);
  }

  /** Throws ResourceNotFound. */
  get(mapRunArn: string): MapRunRecord {
    const record = this.#open.get(mapRunArn)?.record ?? this.#store.findMapRun(mapRunArn);
    if (record === undefined) throw resourceNotFound(mapRunArn);
    return record;
  }

  /** Of one execution, the newest first. */
  of(executionArn: string): readonly MapRunRecord[] {
    return this.#store.mapRuns(executionArn).map((kept) => this.#open.get(kept.mapRunArn)?.record ?? kept);
  }

  update(record: MapRunRecord, limits: MapRunLimits): void {
    Object.assign(record, limits);
    this.#open.get(record.mapRunArn)?.onUpdate();
  }
}
