import type { DeployedSource } from '@tidemark/core/deployment';
import type { Objects } from '../aws/s3.ts';
import { readQuarantined } from './entries.ts';
import { fullKey } from './object.ts';
import { partsOf } from './parts.ts';
import type { Plan } from './plan.ts';
import type { Open, Outcome, ResubmissionReach, Resubmitted } from './resubmission.ts';
import { settle, submit } from './settle.ts';

/** A plan that is carried out: what is to go back. */
export type Due = Plan & { readonly kind: 'send' | 'resume' };

export type RunOutcome = Outcome | { readonly kind: 'gone' };

/** Objects at once: each costs a read, a put and two writes. */
const objectsAtOnce = 16;

/**
 * Resubmits objects, those whose fate is not known at the end. Ends early with the signal: what was under way is finished or stays open.
 * Throws the first failure when nothing is under way any more. `isNamed`: the operator named the objects one by one, and forced it.
 */
export async function resubmit(
  due: readonly Due[],
  source: DeployedSource,
  objects: Objects,
  reach: ResubmissionReach,
  mayRepeat: boolean,
  onOutcome: (object: string, outcome: RunOutcome) => void,
): Promise<void> {
  const open: Open[] = [];
  const queue = [...due];
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let plan = queue.shift(); plan !== undefined; plan = queue.shift()) {
      if (reach.signal.aborted || failures.length > 0) {
        onOutcome(plan.object, { kind: 'open' });
        continue;
      }
      try {
        const item = await itemOf(plan, source, objects, mayRepeat);
        const known = item === undefined ? ({ kind: 'gone' } as const) : await submit(item, reach);
        if ('kind' in known) onOutcome(plan.object, known);
        else open.push(known);
      } catch (error) {
        failures.push(error);
        onOutcome(plan.object, { kind: 'open' });
      }
    }
  };
  await Promise.all(Array.from({ length: objectsAtOnce }, work));
  if (failures.length > 0) throw failures[0];
  await settleAll(open, reach, onOutcome);
}

async function settleAll(
  open: readonly Open[],
  reach: ResubmissionReach,
  onOutcome: (object: string, outcome: RunOutcome) => void,
): Promise<void> {
  const unsettled = new Set(open.map(({ item }) => item.object));
  const tell = (object: string, outcome: Outcome): void => {
    unsettled.delete(object);
    onOutcome(object, outcome);
  };
  try {
    if (!reach.signal.aborted) await settle(open, reach, tell);
  } catch (error) {
    if (!reach.signal.aborted) throw error;
  } finally {
    for (const object of unsettled) onOutcome(object, { kind: 'open' });
  }
}

/** Reads the object once more: plans of thousands hold no records. Undefined where it is gone. */
async function itemOf(
  plan: Due,
  source: DeployedSource,
  objects: Objects,
  mayRepeat: boolean,
): Promise<Resubmitted | undefined> {
  const held = await readQuarantined(objects, source, fullKey(source.name, plan.object));
  if (held?.kind !== 'record') return undefined;
  const parts = partsOf(plan.object, held.body);
  const mayPut = plan.kind === 'send' || plan.mayPut;
  return parts && { object: plan.object, parts, mayPut, mayRepeat };
}
