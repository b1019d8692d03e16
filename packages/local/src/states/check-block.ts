import { refusals, type Shape } from '../template/shape.ts';
import { checkState } from './check-state.ts';
import { branchShape, jsonPathFields, processorShape, stateShapes } from './definition-shape.ts';
import { type Fields, isObject, listOf, modeOf, type Place } from './place.ts';

const nameLengthMax = 80;

/** Checks a machine, a branch or a processor, with all that is in it. */
export function checkBlock(block: unknown, shape: Shape, place: Place): void {
  const { path, mistakes } = place;
  if (!isObject(block)) {
    mistakes.push(`${path.slice(0, -1)}: an object was expected`);
    return;
  }
  mistakes.push(...shapeMistakes(shape, block, path));
  if (!isObject(block.States)) {
    mistakes.push(`${path}States: an object was expected`);
    return;
  }
  const states = Object.entries(block.States);
  const assigned = new Set(states.flatMap(([, state]) => assignedNames(state)));
  for (const [name, state] of states) {
    if (name.length > nameLengthMax)
      mistakes.push(`${path}States.${name}: a name has ${nameLengthMax} characters at most`);
    checkOne(state, { ...place, path: `${path}States.${name}.` }, assigned);
  }
}

function checkOne(state: unknown, place: Place, assigned: ReadonlySet<string>): void {
  const { path, mistakes } = place;
  const type = isObject(state) ? state.Type : undefined;
  const shape = typeof type === 'string' && Object.hasOwn(stateShapes, type) ? stateShapes[type] : undefined;
  if (!isObject(state) || shape === undefined) {
    const types = Object.keys(stateShapes).join(', ');
    mistakes.push(`${path}Type: ${JSON.stringify(type)} is none of ${types}`);
    return;
  }
  const language = state.QueryLanguage ?? place.language;
  if (language !== 'JSONata') {
    mistakes.push(`${path}QueryLanguage: ${String(language)} is not supported; supported: JSONata`);
    return;
  }
  mistakes.push(...shapeMistakes(shape, state, path));
  checkState(state, place);
  const outerVariables = new Set([...place.outerVariables, ...assigned]);
  if (state.Type === 'Parallel' && Array.isArray(state.Branches)) {
    state.Branches.forEach((branch, index) => {
      checkBlock(branch, branchShape, { ...place, outerVariables, path: `${path}Branches[${index}].` });
    });
  }
  if (state.Type === 'Map') {
    // The children of a distributed map are executions of their own, with variables of their own.
    const inner = modeOf(state) === 'DISTRIBUTED' ? new Set<string>() : outerVariables;
    checkBlock(state.ItemProcessor, processorShape, { ...place, outerVariables: inner, path: `${path}ItemProcessor.` });
  }
}

function shapeMistakes(shape: Shape, fields: Fields, path: string): readonly string[] {
  const jsonPath = Object.keys(fields).filter((name) => jsonPathFields.has(name));
  const others = Object.fromEntries(Object.entries(fields).filter(([name]) => !jsonPathFields.has(name)));
  return [
    ...jsonPath.map((name) => `${path}${name} belongs to JSONPath, which is not supported`),
    ...refusals(shape, others, path.slice(0, -1)).map((reason) => reason.replace(/^\./, '')),
  ];
}

/** The variables that a state assigns, wherever in it `Assign` stands, but not those of the states within it. */
function assignedNames(state: unknown): readonly string[] {
  if (!isObject(state)) return [];
  const places = [state, ...listOf(state.Catch), ...listOf(state.Choices)];
  return places.flatMap((each) => (isObject(each) && isObject(each.Assign) ? Object.keys(each.Assign) : []));
}
