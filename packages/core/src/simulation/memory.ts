import type { Source } from '../config.ts';
import type { Catalogue } from '../control/catalogue.ts';
import { admission, catalogueOf, firstCatalogue } from '../control/catalogue.ts';
import type { Floors } from '../control/floors.ts';
import { floorsOf } from '../control/floors.ts';
import { namesToAdmit } from '../count/admit.ts';
import type { Decisions } from '../count/outcomes.ts';
import type { ReadBatch } from '../count/read.ts';
import type { Random } from '../generate/random.ts';
import { decisionsCacheMs } from '../limits.ts';
import type { TimelineItem } from '../replay/timeline.ts';
import type { Task } from './call.ts';
import type { DecisionItems, DecisionStore } from './decision-store.ts';
import type { Rules } from './rules.ts';

/** What reading and admitting know of the world that they are part of, whatever is simulated there. */
export interface DecisionWorld {
  readonly scenario: { readonly source: Source };
  readonly rules: Pick<
    Rules,
    | 'admissionIsConditional'
    | 'boundedMemory'
    | 'consistentReads'
    | 'decideByArrival'
    | 'refusalNeedsFullList'
    | 'slotsNeverMove'
  >;
  readonly store: DecisionStore;
  readonly random: Random;
  readonly nowMs: number;
}

/** What a warm instance remembers from one invocation to the next. */
export interface Memory {
  readAtMs: number;
  catalogue: Catalogue;
  floors: Floors;
  readonly timeline?: TimelineItem | undefined;
}

/** A sandbox: runs one invocation at a time, and forgets when it dies. */
export interface Instance {
  isBusy: boolean;
  memory: Memory | undefined;
}

export function isTooLongAgo(memory: Memory | undefined, world: DecisionWorld): boolean {
  return memory === undefined || (world.rules.boundedMemory && world.nowMs - memory.readAtMs > decisionsCacheMs);
}

/** Reads the decisions, and makes the catalogue where there is none yet. */
export function* readDecisions(world: DecisionWorld, instance: Instance): Task {
  const { store, scenario } = world;
  const readAtMs = world.nowMs;
  const items = (yield {
    name: () => 'read decisions',
    kind: 'decision',
    land: () => itemsRead(world),
  }) as DecisionItems;
  let { catalogue } = items;
  if (catalogue === undefined) {
    const first = firstCatalogue(scenario.source.maxSeries);
    const land = (): unknown => store.createCatalogue(first);
    catalogue = (yield { name: () => 'create catalogue', kind: 'decision', land }) as NonNullable<typeof catalogue>;
  }
  instance.memory = {
    readAtMs,
    catalogue: catalogueOf(catalogue),
    floors: floorsOf(items.floors),
    timeline: items.timeline,
  };
  return 'done';
}

function itemsRead({ store, rules, random }: DecisionWorld): DecisionItems {
  return rules.consistentReads ? store.current : random.pick(store.decisions);
}

/** Admits the names of a batch, until none is left that has a right to a slot. */
export function* admitNames(world: DecisionWorld, memory: Memory, read: ReadBatch): Task {
  const { store, rules } = world;
  for (;;) {
    const { catalogue, floors } = memory;
    const names = namesToAdmit(read, catalogue, floors);
    if (names.length === 0) {
      return 'done';
    }
    const request = admission(catalogue, names);
    const land = (): unknown => store.admit(request, rules);
    const answer = (yield { name: () => `admit ${names}`, kind: 'decision', land }) as ReturnType<
      DecisionStore['admit']
    >;
    memory.catalogue = catalogueOf(answer.catalogue);
    if (!answer.admitted && !rules.refusalNeedsFullList) {
      return 'done';
    }
  }
}

/** The decisions to count by: those remembered, unless a rule is off. */
export function decisionsFor(world: DecisionWorld, { catalogue, floors }: Memory): Decisions {
  const { rules, nowMs } = world;
  const capAt = (arrivalMs: number): number => catalogue.capAt(rules.decideByArrival ? arrivalMs : nowMs);
  // Counting refuses to refuse while there is room; with a rule off the list is taken for full as it is.
  const isTakenForFull = !(rules.decideByArrival && rules.refusalNeedsFullList);
  return {
    catalogue: {
      ...catalogue,
      capAt: isTakenForFull ? (arrivalMs) => Math.min(capAt(arrivalMs), catalogue.Names.length) : capAt,
    },
    floors: {
      ...floors,
      floorAt: (size, arrivalMs) => floors.floorAt(size, rules.decideByArrival ? arrivalMs : nowMs),
    },
  };
}
