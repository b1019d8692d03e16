import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { EngineClock } from '../src/clock.ts';
import { type ExecutionOptions, type ExecutionOutcome, runExecution } from '../src/states/execution.ts';
import type { MapRunner } from '../src/states/map-runner.ts';
import { readDefinition } from '../src/states/read-definition.ts';
import type { Task, TaskRunner } from '../src/states/task-runner.ts';
import { TaskTokens } from '../src/states/task-tokens.ts';

/** Engine time at the start of every machine. */
export const startMs = Date.parse('2026-11-19T00:00:00Z');

export interface MachineOptions {
  readonly input?: unknown;
  /** Performs what Task states name; without it they are refused. */
  readonly task?: (task: Task) => unknown;
  readonly maps?: MapRunner;
  /** Without one, a clock that stands still. */
  readonly clock?: EngineClock;
  readonly random?: () => number;
  readonly signal?: AbortSignal;
  readonly tokens?: TaskTokens;
  readonly redrive?: ExecutionOptions['redrive'];
}

export interface MachineRun {
  readonly done: Promise<ExecutionOutcome>;
  readonly events: readonly HistoryEvent[];
  readonly clock: EngineClock;
  readonly tokens: TaskTokens;
}

export const noMaps: MapRunner = {
  refusals: () => ['distributed maps are not run here'],
  runDistributed: () => Promise.reject(new Error('distributed maps are not run here')),
};

/** Reads the definition as the service does, and runs it. Throws where it is refused. */
export function startMachine(definition: object, options: MachineOptions = {}): MachineRun {
  const { input = {}, task, maps = noMaps, clock = new EngineClock({ startMs, factor: 0 }), signal } = options;
  const tasks: TaskRunner = {
    refusal: () => (task === undefined ? 'is not run here' : undefined),
    run: async (each) => task?.(each),
  };
  const read = readDefinition(JSON.stringify({ QueryLanguage: 'JSONata', ...definition }), { tasks, maps });
  if (!read.ok) throw new Error(read.mistakes.join('\n'));
  const events: HistoryEvent[] = [];
  const tokens = options.tokens ?? new TaskTokens();
  const done = runExecution({
    definition: read.definition,
    input,
    context: {
      Execution: {
        Id: 'arn:aws:states:us-east-1:000000000000:execution:Machine:run-1',
        Name: 'run-1',
        Input: input,
        RoleArn: 'arn:aws:iam::000000000000:role/machine',
        StartTime: new Date(clock.now()).toISOString(),
      },
      StateMachine: { Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine', Name: 'Machine' },
    },
    clock,
    signal: signal ?? new AbortController().signal,
    tasks,
    tokens,
    maps,
    history: (event) => events.push(event),
    ...(options.random === undefined ? {} : { random: options.random }),
    ...(options.redrive === undefined ? {} : { redrive: options.redrive }),
  });
  return { done, events, clock, tokens };
}

/** Runs it to its end. */
export async function runMachine(
  definition: object,
  options: MachineOptions = {},
): Promise<MachineRun & { outcome: ExecutionOutcome }> {
  const run = startMachine(definition, options);
  return { ...run, outcome: await run.done };
}

/** A machine of one state, which ends it. */
export function only(state: object): object {
  return {
    StartAt: 'Only',
    States: { Only: { ...state, ...('Type' in state && state.Type === 'Fail' ? {} : { End: true }) } },
  };
}

/** `id<previous Type name`, which is most of what histories differ in. */
export function outline(events: readonly HistoryEvent[]): readonly string[] {
  return events.map((event) => {
    const name = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name;
    return [`${event.id}<${event.previousEventId}`, event.type, name].filter(Boolean).join(' ');
  });
}

/** Lets everything that can happen without the clock happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
