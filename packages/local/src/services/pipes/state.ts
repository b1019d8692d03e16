export type PipeState =
  | 'CREATING'
  | 'RUNNING'
  | 'STARTING'
  | 'STOPPING'
  | 'STOPPED'
  | 'UPDATING'
  | 'DELETING'
  | 'CREATE_FAILED'
  | 'START_FAILED'
  | 'UPDATE_FAILED';

export type DesiredState = 'RUNNING' | 'STOPPED' | 'DELETED';

const passing: ReadonlySet<PipeState> = new Set(['CREATING', 'STARTING', 'STOPPING', 'UPDATING', 'DELETING']);

/** It becomes another by itself. */
export function isPassing(state: PipeState): boolean {
  return passing.has(state);
}
