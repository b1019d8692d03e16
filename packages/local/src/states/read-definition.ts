/// <reference path="./asl-validator.d.ts" />
import validateLanguage from 'asl-validator';
import { checkBlock } from './check-block.ts';
import type { StateMachineDefinition } from './definition.ts';
import { machineShape } from './definition-shape.ts';
import { secondsMax } from './limits.ts';
import type { Place, Runners } from './place.ts';

export type DefinitionResult =
  | { readonly ok: true; readonly definition: StateMachineDefinition }
  /** Each names its path, such as `States.Pause.SecondsPath`, and what is wrong with it. */
  | { readonly ok: false; readonly mistakes: readonly string[] };

/** Reads and checks a definition, a JSON text, as `CreateStateMachine` does; whatever the engine cannot run is a mistake. */
export function readDefinition(text: string, runners: Runners): DefinitionResult {
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    return { ok: false, mistakes: [`the definition is no JSON: ${(error as Error).message}`] };
  }
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) {
    return { ok: false, mistakes: ['the definition is no JSON object'] };
  }
  const mistakes = ownMistakes(definition as StateMachineDefinition, runners);
  // The validator speaks of schemas; where the engine's own words are to be had, they are clearer.
  if (mistakes.length === 0) mistakes.push(...languageMistakes(text));
  if (mistakes.length > 0) return { ok: false, mistakes };
  return { ok: true, definition: definition as StateMachineDefinition };
}

function ownMistakes(definition: StateMachineDefinition, runners: Runners): string[] {
  const mistakes: string[] = [];
  const { QueryLanguage: language = 'JSONPath', TimeoutSeconds: seconds } = definition;
  if (seconds !== undefined && !(Number.isInteger(seconds) && seconds >= 1 && seconds <= secondsMax)) {
    mistakes.push(`TimeoutSeconds: ${JSON.stringify(seconds)} is no whole number from 1 to ${secondsMax}`);
  }
  const place: Place = { path: '', language, outerVariables: new Set(), runners, mistakes };
  checkBlock(definition, machineShape, place);
  return mistakes;
}

/** What was found in a definition, by its text: the validator compiles its schemas with every call, which takes a tenth of a second and more. */
const found = new Map<string, readonly string[]>();
const foundMax = 100;

function languageMistakes(text: string): readonly string[] {
  const known = found.get(text);
  if (known !== undefined) return known;
  if (found.size >= foundMax) found.clear();
  const mistakes = validatorMistakes(text);
  found.set(text, mistakes);
  return mistakes;
}

/** What asl-validator finds: transitions that lead nowhere, states without an end, names that occur twice. */
function validatorMistakes(text: string): readonly string[] {
  // A copy, as it writes into what it is given. It takes texts and objects alone for outputs, which may be any JSON.
  const copy = JSON.parse(text, (name, value) => (name === 'Output' ? {} : value)) as object;
  return validateLanguage(copy).errors.map(
    (error) => error.Message ?? `${error.instancePath ?? ''} ${error.message ?? ''}`.trim(),
  );
}
