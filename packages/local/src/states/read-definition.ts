import type { StateMachineDefinition } from './definition.ts';
import type { MapRunner } from './map-runner.ts';
import type { TaskRunner } from './task-runner.ts';

export type DefinitionResult =
  | { readonly ok: true; readonly definition: StateMachineDefinition }
  /** Each names its path, such as `States.Wait.SecondsPath`, and what is wrong with it. */
  | { readonly ok: false; readonly mistakes: readonly string[] };

/** Reads and checks a definition, a JSON text, as `CreateStateMachine` does; whatever the engine cannot run is a mistake. */
export declare function readDefinition(
  text: string,
  runners: { readonly tasks: Pick<TaskRunner, 'refusal'>; readonly maps: Pick<MapRunner, 'refusals'> },
): DefinitionResult;
