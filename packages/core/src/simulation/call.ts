/** One request to a store: `land` is its effect there and its answer, performed when the request arrives. */
export interface Call {
  /** Said only when someone reads along. */
  readonly name: () => string;
  /** Decisions are read and admitted, the stream is read again, counts are written: rule `failedWriteFails` is about the latter. */
  readonly kind: 'decision' | 'read' | 'count';
  readonly land: () => unknown;
}

export type TaskEnd = 'done' | 'failed';

/** Makes one request after another: yields a call and is resumed with its answer, but not when the call fails for good. */
export type Task = Generator<Call, TaskEnd, unknown>;

/** Groups of tasks: the tasks of a group run at the same time, and the next group is asked for when all are done. */
export type Program = Generator<readonly Task[], TaskEnd, void>;
