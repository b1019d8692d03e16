import { capChange, catalogueOf } from '../control/catalogue.ts';
import { floorRise, floorsOf } from '../control/floors.ts';
import { invocationMsMax } from '../limits.ts';
import type { BucketSize } from '../series/bucket.ts';
import type { Program, Task } from './call.ts';
import type { DecisionStore } from './decision-store.ts';
import type { Network, NetworkWorld } from './network.ts';
import type { Rules } from './rules.ts';
import { attemptMsMax } from './world.ts';

interface DecidingWorld extends NetworkWorld {
  readonly rules: NetworkWorld['rules'] & Pick<Rules, 'capFromFutureArrival' | 'floorFromFutureArrival'>;
  readonly store: DecisionStore;
}

/** Starts what an operator decides: now and then its request hangs for a while. */
export function decide(world: DecidingWorld, network: Network, task: Task): void {
  const program = (function* (): Program {
    yield [task];
    return 'done';
  })();
  const deadlineMs = world.nowMs + invocationMsMax - attemptMsMax;
  const decision = { name: 'decision', program, deadlineMs, onEnd: () => undefined };
  if (world.random.fraction() < 0.3) {
    network.startHanging(decision);
  } else {
    network.start(decision);
  }
}

export function* changeCap(world: DecidingWorld, maxSeries: number): Task {
  const { store, rules, nowMs } = world;
  const { catalogue } = store.current;
  const change = catalogue && capChange(catalogueOf(catalogue), maxSeries, nowMs);
  if (change !== undefined) {
    const cap = rules.capFromFutureArrival ? change.cap : { ...change.cap, FromMs: nowMs };
    yield { name: () => `cap ${maxSeries}`, kind: 'decision', land: () => store.changeCap({ ...change, cap }) };
  }
  return 'done';
}

export function* raiseFloor(
  world: DecidingWorld,
  { size, floorMs }: { readonly size: BucketSize; readonly floorMs: number },
): Task {
  const { store, rules, nowMs } = world;
  const { floors } = store.current;
  const rise = floorRise(floorsOf(floors), size, floorMs, nowMs);
  if (rise !== undefined) {
    const entry = rules.floorFromFutureArrival ? rise : { ...rise, FromMs: nowMs };
    const sizeBefore = floors.Floors[size]?.length ?? 0;
    yield { name: () => `floor of ${size}`, kind: 'decision', land: () => store.raiseFloor(size, entry, sizeBefore) };
  }
  return 'done';
}
