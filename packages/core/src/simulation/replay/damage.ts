import { floorsOf } from '../../control/floors.ts';
import { encodeSequence } from '../../series/sequence.ts';
import { sequenceOf } from '../check.ts';
import { bucketOf, partialKeyOf } from './partial-keys.ts';
import type { ReplayIntervention } from './scenario.ts';
import { visibleBy } from './visible.ts';
import type { ReplayWorld } from './world.ts';

/** Somebody changes a partial that readers see, by hand. */
export function damage(world: ReplayWorld, how: (ReplayIntervention & { readonly kind: 'damage' })['how']): void {
  const { store, checks, random } = world;
  const keys = [...store.partials.keys()].filter(visibleBy(store.timeline, floorsOf(store.current.floors)));
  if (keys.length === 0) {
    return;
  }
  const key = random.pick(keys);
  const item = store.partials.get(key);
  if (item === undefined) {
    return;
  }
  checks.damaged.add(key);
  world.trace?.(`${how} by hand: ${key}`);
  if (how === 'deleted') {
    store.partials.delete(key);
    // What is deleted is not taken back from the metric.
    checks.excused.add(bucketOf(partialKeyOf(key)));
  } else if (how === 'fence') {
    item.LastSequence = encodeSequence(
      String(Math.max(0, sequenceOf(item.LastSequence) + random.pick([-30, -3, -1, 1, 3, 30]))),
    );
  } else {
    const more = random.pick([-1, 1, 3]);
    item.numbers.EventCount = (item.numbers.EventCount ?? 0) + more;
    // Publishing passes over what a recount has written, and takes all else for live counting's.
    if (store.writers.get(key) === 'live') {
      store.publish(key, 'live', more);
    } else {
      checks.excused.add(bucketOf(partialKeyOf(key)));
    }
  }
}
