import { actions } from './actions.ts';
import { brokenAfter, brokenBy } from './promises.ts';
import type { State } from './state.ts';
import { keyOf } from './state.ts';

export interface Exploration {
  /** Different states that were met. */
  readonly states: number;
  /** What happened, one thing after the other, and what that broke: the shortest way to it. */
  readonly broken?: { readonly path: readonly string[]; readonly promise: string };
  /** Names of everything that has happened. */
  readonly happened: ReadonlySet<string>;
}

interface Met {
  readonly state: State;
  readonly path: readonly string[];
}

/**
 * Every order of everything that may happen to one alarm, up to so many things one after the other, from some state on: alarm, recovery, events that come late, again
 * or not at all, acknowledgement, resolution, steps of the execution, waits that are over, sweeps, silences, and a fault. After each of them is asked what must hold now,
 * and what must come of it when nothing else happens. Ends at the first that is broken.
 */
export function explore(from: State, depth: number): Exploration {
  const known = new Set<string>([keyOf(from)]);
  const happened = new Set<string>();
  let front: Met[] = [{ state: from, path: [] }];
  for (let done = 0; done < depth; done += 1) {
    const next: Met[] = [];
    for (const { state, path } of front) {
      for (const { name, next: after } of actions(state)) {
        happened.add(name);
        const key = keyOf(after);
        const isKnown = known.has(key);
        const promise = brokenBy(state, after) ?? (isKnown ? undefined : brokenAfter(after));
        if (promise !== undefined) return { states: known.size, happened, broken: { path: [...path, name], promise } };
        if (isKnown) continue;
        known.add(key);
        next.push({ state: after, path: [...path, name] });
      }
    }
    front = next;
  }
  return { states: known.size, happened };
}
