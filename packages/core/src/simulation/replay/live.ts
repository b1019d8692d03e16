import type { Floors } from '../../control/floors.ts';
import { planBatch } from '../../count/count.ts';
import type { TimelineItem } from '../../replay/timeline.ts';
import { firstTimeline, generationOf } from '../../replay/timeline.ts';
import type { PlanOf } from '../counting.ts';
import { countBatch } from '../counting.ts';
import type { Target } from '../mapping.ts';
import type { Instance } from '../memory.ts';
import type { ReplayWorld } from './world.ts';

/** The function that counts live: each bucket into the generation that is true for it, as far as its instance remembers. */
export function liveFunction(world: ReplayWorld): Target {
  const firstRemembered = new WeakMap<Instance, TimelineItem>();
  return {
    name: 'live',
    timeoutMs: world.scenario.liveTimeoutMs,
    instances: [],
    program: (instance, batch) => {
      world.truth.handed(batch, false, undefined);
      const planOf: PlanOf = (read, decisions, memory) => {
        let timeline = memory.timeline ?? firstTimeline;
        if (!world.rules.timelineForgotten) {
          timeline = firstRemembered.get(instance) ?? timeline;
          firstRemembered.set(instance, timeline);
        }
        const { nowMs, rules } = world;
        const { floors } = decisions;
        const floorAt: Floors['floorAt'] = (size, arrivalMs) =>
          floors.floorAt(size, rules.floorByArrival ? arrivalMs : nowMs);
        return planBatch(read, {
          ...decisions,
          floors: { ...floors, floorAt },
          generationOf: (size, startMs) => generationOf(timeline, size, startMs),
          writer: 'live',
        });
      };
      return countBatch(world, instance, batch, planOf);
    },
    onEnd: (batch, end) => world.truth.handed(batch, end === 'done', undefined),
  };
}
