/**
 * Where a sequence of states is, kept up as it runs, so that a redrive can go on from there. It is in memory alone:
 * running executions do not outlive the engine.
 */
export interface Progress {
  /** The state that was entered last, its input, and the variables it saw; undefined before the first. */
  at?: { readonly stateName: string; readonly input: unknown; readonly variables: Readonly<Record<string, unknown>> };
  /** Once the sequence has come to its end. */
  done?: { readonly output: unknown };
  /** Of the branches or iterations of the state that was entered last. */
  inner?: Progress[];
}
