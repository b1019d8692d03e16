/** What differs between the stages of a deployment. */
export interface StageSettings {
  /** Part of the stack's name: `Tidemark-prod`. */
  readonly name: string;
  /**
   * True: streams, tables, the bucket and logs outlive the stack, tables and the stack are protected from deletion, and the
   * bucket keeps old versions. False: everything goes with the stack (a bucket only once it is empty).
   */
  readonly retainData: boolean;
}

export const stages = {
  dev: { name: 'dev', retainData: false },
  prod: { name: 'prod', retainData: true },
} as const satisfies Record<string, StageSettings>;

export type StageName = keyof typeof stages;

export function isStageName(name: string): name is StageName {
  return Object.hasOwn(stages, name);
}
