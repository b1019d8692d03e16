import { type DefinitionResult, readDefinition } from '@tidemark/local/states/read-definition';

/**
 * Whether Step Functions takes a definition (a JSON text): asl-validator, and what the local engine knows of the language beyond it. Which calls of
 * services the engine performs is for the engine to say, when the whole stack is deployed to it.
 */
export function checkDefinition(text: string): DefinitionResult {
  return readDefinition(text, { tasks: { refusal: () => undefined }, maps: { refusals: () => [] } });
}
