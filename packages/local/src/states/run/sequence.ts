import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { MapState, ParallelState, StateBlock, TaskState } from '../definition.ts';
import { errorOutput, StateFailure } from '../failure.ts';
import { dataOf } from '../history.ts';
import type { Progress } from '../progress.ts';
import { catcherFor, Retries } from '../recovery.ts';
import { type Departure, leave } from './departure.ts';
import { attemptDistributedMap } from './distributed-map-state.ts';
import { type Lane, Overtaken } from './lane.ts';
import { attemptInlineMap } from './map-state.ts';
import { attemptParallel } from './parallel-state.ts';
import { runChoice, runFail, runPass, runSucceed, runWait } from './simple-states.ts';
import { attemptTask } from './task-state.ts';
import { Visit } from './visit.ts';

type RecoveringState = TaskState | ParallelState | MapState;

/**
 * Runs states one after the other, to the output of the last. A lane whose progress is not empty goes on from the state
 * that had been entered last. Throws StateFailure, or the signal's reason.
 */
export async function runSequence(block: StateBlock, firstInput: unknown, lane: Lane): Promise<unknown> {
  const { progress } = lane;
  if (progress.done !== undefined) return progress.done.output;
  let name = progress.at?.stateName ?? block.StartAt;
  let input = progress.at === undefined ? firstInput : progress.at.input;
  let inner = progress.inner;
  for (;;) {
    lane.signal.throwIfAborted();
    const visit = enter(block, name, input, lane);
    progress.at = { stateName: name, input, variables: lane.scope.own };
    const { next, output, assigned } = await stay(visit, inner);
    exit(visit, output, assigned);
    if (assigned !== undefined) lane.scope.assign(assigned);
    if (next === undefined) {
      progress.done = { output };
      return output;
    }
    inner = undefined;
    delete progress.inner;
    name = next;
    input = output;
  }
}

function enter(block: StateBlock, name: string, input: unknown, lane: Lane): Visit {
  const state = block.States[name];
  if (state === undefined) throw new Error(`there is no state ${name}, which definitions are checked for`);
  const precedingEventId = lane.trail.lastId;
  const details = { name, ...dataOf('input', input) };
  const eventId = lane.trail.follow(`${state.Type}StateEntered`, { stateEnteredEventDetails: details });
  return new Visit(lane, name, state, input, { eventId, precedingEventId });
}

function exit(visit: Visit, output: unknown, assigned: Departure['assigned']): void {
  const details = { name: visit.name, ...dataOf('output', output), ...assignedDetails(assigned) };
  const type = `${visit.state.Type}StateExited` as HistoryEventType;
  visit.lane.trail.follow(type, { stateExitedEventDetails: details });
}

function assignedDetails(assigned: Departure['assigned']) {
  const entries = Object.entries(assigned ?? {});
  if (entries.length === 0) return {};
  const assignedVariables = Object.fromEntries(entries.map(([name, value]) => [name, JSON.stringify(value)]));
  return { assignedVariables, assignedVariablesDetails: { truncated: false } };
}

/** Everything between entry and exit. A state that is overtaken says so where Step Functions has an event for it. */
async function stay(visit: Visit, inner: Progress[] | undefined): Promise<Departure> {
  try {
    return await depart(visit, inner);
  } catch (error) {
    const { Type: type } = visit.state;
    const overtaken = error instanceof Overtaken && error === visit.lane.signal.reason;
    if (overtaken && (type === 'Task' || type === 'Wait' || type === 'Parallel' || type === 'Map')) {
      visit.lane.trail.note(`${type}StateAborted`, {}, error.eventId);
    }
    throw error;
  }
}

function depart(visit: Visit, inner: Progress[] | undefined): Promise<Departure> {
  const { state } = visit;
  switch (state.Type) {
    case 'Pass':
      return runPass(visit as Visit<typeof state>);
    case 'Succeed':
      return runSucceed(visit as Visit<typeof state>);
    case 'Fail':
      return runFail(visit as Visit<typeof state>);
    case 'Choice':
      return runChoice(visit as Visit<typeof state>);
    case 'Wait':
      return runWait(visit as Visit<typeof state>);
    default:
      return recovering(visit as Visit<RecoveringState>, inner);
  }
}

/** Attempts until one succeeds, no retrier is left, or a catcher takes it. */
async function recovering(visit: Visit<RecoveringState>, resumed: Progress[] | undefined): Promise<Departure> {
  const { lane, state } = visit;
  const { clock, random = Math.random } = lane.options;
  const retries = new Retries(state.Retry, random);
  let inner = resumed;
  for (;;) {
    try {
      const result = await attempt(visit, inner);
      return await leave(visit, { fields: state, otherwise: result, sight: { result }, next: state.Next });
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      const delayMs = retries.next(error);
      if (delayMs === undefined) return caught(visit, error);
      inner = undefined;
      visit.retryCount++;
      await clock.sleep(delayMs, lane.signal);
    }
  }
}

async function attempt(visit: Visit<RecoveringState>, resumed: Progress[] | undefined): Promise<unknown> {
  const { state, lane } = visit;
  const innerOf = (count: number) => {
    const inner = resumed?.length === count ? resumed : Array.from({ length: count }, (): Progress => ({}));
    lane.progress.inner = inner;
    return inner;
  };
  if (state.Type === 'Task') return attemptTask(visit as Visit<TaskState>);
  if (state.Type === 'Parallel') return attemptParallel(visit as Visit<ParallelState>, innerOf(state.Branches.length));
  const map = visit as Visit<MapState>;
  const distributed = map.state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
  return distributed ? attemptDistributedMap(map) : attemptInlineMap(map, innerOf);
}

/** What fails while a catcher is evaluated is caught by none. */
async function caught(visit: Visit<RecoveringState>, failure: StateFailure): Promise<Departure> {
  const { state, lane } = visit;
  if (state.Type !== 'Task') lane.trail.follow(`${state.Type}StateFailed`);
  const catcher = catcherFor(state.Catch, failure);
  if (catcher === undefined) throw failure;
  const output = errorOutput(failure);
  const field = `Catch[${state.Catch?.indexOf(catcher)}]/`;
  const sight = { errorOutput: output };
  return leave(visit, { fields: catcher, field, otherwise: output, sight, next: catcher.Next });
}
