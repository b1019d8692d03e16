/** How long pipes take, which AWS does not state. */
export interface PipeDelays {
  /** In CREATING, STARTING, STOPPING and UPDATING, in engine time; the pipe goes on meanwhile as it did before. */
  readonly transitionMs: number;
  /** From RUNNING to the first read, in engine time. On AWS it may be minutes. */
  readonly pollMs: number;
  /** In DELETING, in engine time; the pipe goes on meanwhile. */
  readonly deleteMs: number;
  /** Wall time at least between two reads of a shard. */
  readonly readIntervalMs: number;
}

export const pipeDelaysDefault: PipeDelays = {
  transitionMs: 2_000,
  pollMs: 5_000,
  deleteMs: 2_000,
  readIntervalMs: 1_000,
};
