import type { DeployedSource } from '@tidemark/core/deployment';
import { mapInParallel } from '../parallel.ts';
import type { QuarantineClients } from './clients.ts';
import { type EntryQuery, entries, readQuarantined } from './entries.ts';
import type { Markers } from './marker.ts';
import { fullKey, givenUpPrefix, shortKey } from './object.ts';
import { type Plan, planOf } from './plan.ts';
import type { TodayFacts } from './today.ts';

/** Which objects an operator wants back on the stream. */
export type Selection = { readonly keys: readonly string[] } | { readonly query: EntryQuery };

export interface SelectReach extends QuarantineClients {
  readonly source: DeployedSource;
  readonly markers: Markers;
  readonly facts: TodayFacts;
  /** Also what would be set aside again. */
  readonly force: boolean;
  readonly onProgress: (looked: number) => void;
}

const readsMax = 8;

/** What would be done with each of them. */
export async function plansOf(selection: Selection, reach: SelectReach): Promise<Plan[]> {
  if ('keys' in selection) return namedPlans(selection.keys, reach);
  const plans: Plan[] = [];
  const found = entries(reach, selection.query, (entry) => planOf(entry, reach.source, reach.facts, reach.force));
  for await (const some of found) plans.push(...some);
  return plans;
}

async function namedPlans(keys: readonly string[], reach: SelectReach): Promise<Plan[]> {
  const { objects, source, markers, facts, force } = reach;
  const distinct = [...new Set(keys.map((key) => fullKey(source.name, key)))];
  let looked = 0;
  return mapInParallel(distinct, readsMax, async (key): Promise<Plan> => {
    const object = shortKey(source.name, key);
    if (key.startsWith(givenUpPrefix))
      return {
        object,
        kind: 'refused',
        why: 'what Lambda gave up on is not resubmitted: replay or backfill its arrivals',
      };
    const [held, marker] = await Promise.all([readQuarantined(objects, source, key), markers.read(object)]);
    looked += 1;
    reach.onProgress(looked);
    if (held === undefined) return { object, kind: 'refused', why: `there is no such object in ${source.bucket}` };
    const entry = { object, bytes: 0, held, ...(marker === undefined ? {} : { marker }) };
    return planOf(entry, source, facts, force);
  });
}
