import { printable, renderAmount, renderBytes, renderCount, renderInstant } from '../render.ts';
import type { Plan } from './plan.ts';
import type { Due, RunOutcome } from './run.ts';
import { amountOf } from './text.ts';

/** Objects that are named one by one; of more, the number is said. */
const linesMax = 20;

/** What is about to be done, one line each. */
export function planLines(plans: readonly Plan[]): string[] {
  const due = dueOf(plans);
  const resumed = due.filter(({ kind }) => kind === 'resume');
  const already = plans.filter(({ kind }) => kind === 'already').length;
  const parts = plans.filter(({ kind }) => kind === 'other').length;
  const refused = plans.flatMap((plan) => (plan.kind === 'refused' ? [lineOf(plan.object, plan.why)] : []));
  return [
    due.length === 0 ? 'Nothing to resubmit.' : `To resubmit: ${amountOf(due.length, eventsOf(due))}.`,
    ...(resumed.length === 0
      ? []
      : [`${renderCount(resumed.length)} of them were begun by a command that did not end, or is still at it.`]),
    ...(already === 0 ? [] : [`Already resubmitted: ${renderAmount(already, 'record', 'records')}.`]),
    ...(parts === 0
      ? []
      : [`Left alone: ${renderAmount(parts, 'part of a window', 'parts of windows')}; list says what to do.`]),
    ...(refused.length === 0
      ? []
      : [`Refused: ${amountOf(refused.length, refused.length)}. (--force resubmits what would be set aside again.)`]),
    ...shortened(refused),
  ];
}

/** What became of it, one line each. */
export function outcomeLines(due: readonly Due[], outcomes: ReadonlyMap<string, RunOutcome>): string[] {
  const of = (kind: RunOutcome['kind']): Due[] => due.filter(({ object }) => outcomes.get(object)?.kind === kind);
  const [sent, already] = [of('sent'), of('already')];
  const failed = due.flatMap((plan) => {
    const why = whyNot(plan, outcomes.get(plan.object));
    return why === undefined ? [] : [lineOf(plan.object, why)];
  });
  return [
    `Resubmitted: ${amountOf(sent.length, eventsOf(sent))}.`,
    ...(already.length === 0
      ? []
      : [`Found to be resubmitted already, by another command: ${amountOf(already.length, eventsOf(already))}.`]),
    ...(failed.length === 0 ? [] : [`Not resubmitted: ${renderCount(failed.length)}`]),
    ...shortened(failed),
  ];
}

/** Undefined of an object that is on the stream anew. */
export function whyNot(plan: Due, outcome: RunOutcome | undefined): string | undefined {
  switch (outcome?.kind) {
    case 'sent':
    case 'already':
      return undefined;
    case 'not-put':
      return plan.kind === 'resume' ? plan.why : 'it is not on the stream';
    case 'untold':
      return `a command began to put it at ${renderInstant(outcome.sinceMs)}, and the stream no longer tells whether it did; put it, perhaps a second time, by naming its key with --force`;
    case 'too-large':
      return `it has ${renderBytes(outcome.bytes)} with its partition key, the stream takes ${renderBytes(outcome.bytesMax)}`;
    case 'gone':
      return 'the object is gone';
    default:
      return 'whether it is on the stream is not known yet: run the same command again';
  }
}

export function dueOf(plans: readonly Plan[]): Due[] {
  return plans.filter((plan): plan is Due => plan.kind === 'send' || plan.kind === 'resume');
}

function eventsOf(due: readonly Due[]): number {
  return due.reduce((sum, { events }) => sum + events, 0);
}

function lineOf(object: string, why: string): string {
  return `  ${printable(object)}: ${printable(why)}`;
}

function shortened(lines: readonly string[]): string[] {
  const rest = lines.length - linesMax;
  return rest <= 0 ? [...lines] : [...lines.slice(0, linesMax), `  and ${renderCount(rest)} more: --json names all`];
}
