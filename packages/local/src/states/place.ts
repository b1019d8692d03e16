import type { MapRunner } from './map-runner.ts';
import type { TaskRunner } from './task-runner.ts';

/** Who says whether a task or a distributed map can be run. */
export interface Runners {
  readonly tasks: Pick<TaskRunner, 'refusal'>;
  readonly maps: Pick<MapRunner, 'refusals'>;
}

/** Where in a definition something is checked, and where mistakes go. */
export interface Place {
  /** With a dot at its end, or empty. */
  readonly path: string;
  /** Of the machine, for states that name none. */
  readonly language: string;
  /** Assigned by the states around; they can be read here and not assigned. */
  readonly outerVariables: ReadonlySet<string>;
  readonly runners: Runners;
  readonly mistakes: string[];
}

/** A JSON object that nothing is known of yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function modeOf(state: Fields): unknown {
  const processor = state.ItemProcessor;
  const config = isObject(processor) ? processor.ProcessorConfig : undefined;
  return (isObject(config) ? config.Mode : undefined) ?? 'INLINE';
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
