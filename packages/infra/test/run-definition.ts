import { EngineClock } from '@tidemark/local/clock';
import type { StateMachineDefinition } from '@tidemark/local/states/definition';
import { type ExecutionOutcome, runExecution } from '@tidemark/local/states/execution';
import { StateFailure } from '@tidemark/local/states/failure';
import type { DistributedMap, MapRunner } from '@tidemark/local/states/map-runner';
import { readDefinition } from '@tidemark/local/states/read-definition';
import type { Task } from '@tidemark/local/states/task-runner';
import { TaskTokens } from '@tidemark/local/states/task-tokens';

/** A call of a service. */
export type PerformedTask = Pick<Task, 'resource' | 'arguments'>;

/** Engine seconds a second: an hour takes less than one. */
const factor = 10_000;

/** Runs a definition on the local engine's interpreter, with `perform` in place of the services. */
export async function runDefinition(
  definition: object,
  input: object,
  perform: (task: PerformedTask) => unknown,
): Promise<ExecutionOutcome> {
  const tasks = { refusal: () => undefined, run: async (task: Task) => perform(task) };
  const maps: MapRunner = { refusals: () => [], runDistributed: (map) => runChildren(map, execute) };
  const read = readDefinition(JSON.stringify(definition), { tasks, maps });
  if (!read.ok) throw new Error(read.mistakes.join('\n'));
  const execute = (definition: StateMachineDefinition, input: unknown): Promise<ExecutionOutcome> =>
    runExecution({
      ...{ definition, input, tasks, maps, tokens: new TaskTokens() },
      clock: new EngineClock({ factor }),
      context: {
        Execution: {
          Id: arn('execution:Machine:run'),
          Name: 'run',
          Input: input,
          RoleArn: 'arn:aws:iam::000000000000:role/machine',
          StartTime: new Date().toISOString(),
        },
        StateMachine: { Id: arn('stateMachine:Machine'), Name: 'Machine' },
      },
      signal: new AbortController().signal,
      history: () => undefined,
    });
  return execute(read.definition, input);
}

/** What `perform` throws for a task that fails. */
export function taskFailure(error: string, cause: string): Error {
  return new StateFailure(error, cause);
}

/** One child after the other; none may fail. */
async function runChildren(
  map: DistributedMap,
  execute: (definition: StateMachineDefinition, input: unknown) => Promise<ExecutionOutcome>,
): Promise<unknown[]> {
  const outputs: unknown[] = [];
  for (const [index, value] of [map.items ?? []].flat().entries()) {
    const outcome = await execute({ ...map.processor, QueryLanguage: 'JSONata' }, await map.select({ index, value }));
    if (outcome.status !== 'SUCCEEDED')
      throw StateFailure.reserved('States.ExceedToleratedFailureThreshold', 'a child');
    outputs.push(outcome.output);
  }
  return outputs;
}

function arn(resource: string): string {
  return `arn:aws:states:us-east-1:000000000000:${resource}`;
}
