import type { MapState } from '../definition.ts';
import { StateFailure } from '../failure.ts';
import { failureOf } from '../history.ts';
import type { DistributedMap } from '../map-runner.ts';
import { controllerUnder, Overtaken, unlessAborted } from './lane.ts';
import { maxConcurrency } from './map-state.ts';
import type { Visit } from './visit.ts';

/** One attempt at a distributed map, which the engine's `MapRunner` runs. Throws StateFailure. */
export async function attemptDistributedMap(visit: Visit<MapState>): Promise<unknown> {
  const { lane } = visit;
  const { controller, release } = controllerUnder(lane.signal);
  let started = false;
  const map = await describe(visit, controller.signal, (mapRunArn, redriveCount) => {
    if (lane.signal.aborted) return;
    started = true;
    if (redriveCount === undefined) lane.trail.follow('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn } });
    else lane.trail.follow('MapRunRedriven', { mapRunRedrivenEventDetails: { mapRunArn, redriveCount } });
  });
  const length = map.items === undefined ? 0 : Object.keys(map.items).length;
  lane.trail.follow('MapStateStarted', { mapStateStartedEventDetails: { length } });
  try {
    const result = await unlessAborted(lane.options.maps.runDistributed(map), lane.signal);
    lane.trail.follow('MapRunSucceeded');
    visit.checkSize(result);
    lane.trail.note('MapStateSucceeded');
    return result;
  } catch (error) {
    if (started && error instanceof StateFailure) {
      lane.trail.follow('MapRunFailed', { mapRunFailedEventDetails: failureOf(error) });
    }
    if (started && error instanceof Overtaken) lane.trail.note('MapRunAborted', {}, error.eventId);
    throw error;
  } finally {
    release();
    controller.abort(new Error('nobody waits for this map any more'));
  }
}

async function describe(
  visit: Visit<MapState>,
  signal: AbortSignal,
  started: DistributedMap['started'],
): Promise<DistributedMap> {
  const { state } = visit;
  const count = state.ToleratedFailureCount;
  const percentage = state.ToleratedFailurePercentage;
  return {
    stateName: visit.name,
    state,
    processor: state.ItemProcessor,
    input: visit.input,
    items: state.ItemReader === undefined ? await itemsOf(visit) : undefined,
    maxConcurrency: await maxConcurrency(visit),
    toleratedFailureCount:
      count === undefined ? undefined : await visit.number(count, 'ToleratedFailureCount', 0, Number.MAX_SAFE_INTEGER),
    toleratedFailurePercentage: percentage === undefined ? undefined : await percentageOf(visit, percentage),
    context: visit.context(),
    signal,
    evaluate: (template, field) => visit.evaluate(template, field),
    select: async ({ index, value, key }) => {
      if (state.ItemSelector === undefined) return value;
      const item = { Index: index, Value: value, ...(key === undefined ? {} : { Key: key }) };
      return visit.evaluate(state.ItemSelector, 'ItemSelector', { map: { Item: item } });
    },
    started,
  };
}

async function itemsOf(visit: Visit<MapState>): Promise<DistributedMap['items']> {
  const { Items: template } = visit.state;
  const items = template === undefined ? visit.input : await visit.evaluate(template, 'Items');
  if (typeof items === 'object' && items !== null) return items as NonNullable<DistributedMap['items']>;
  throw visit.unexpected(template, 'Items', 'array', items);
}

/** Unlike counts, percentages may have a fraction. */
async function percentageOf(visit: Visit<MapState>, template: unknown): Promise<number> {
  const field = 'ToleratedFailurePercentage';
  const value = await visit.evaluate(template, field);
  if (typeof value !== 'number') throw visit.unexpected(template, field, 'number', value);
  if (value >= 0 && value <= 100) return value;
  throw visit.queryFailure(field, `The ${field} field is no number from 0 to 100: ${value}`);
}
