import type { MessageContext, MessageIncident } from './message.ts';
import type { PlanStep } from './plan.ts';
import { entryAt, planStep } from './plan.ts';
import { instantIn } from './wording.ts';

const minuteMs = 60_000;

/** What comes next unless somebody acknowledges: a sentence without its end. Undefined where nothing does, or it is not known. */
export function nextOf({ telling, plan }: MessageIncident, context: MessageContext): string | undefined {
  const { nowMs, raiseAgainAfterMs, zone } = context;
  // Messages wait for others to go with: rather the minute after than the one before.
  const unless = (who: string, atMs: number) =>
    `${who} about ${instantIn(Math.ceil(atMs / minuteMs) * minuteMs, zone)}, unless somebody acknowledges`;
  switch (telling.Kind) {
    case 'end':
      return undefined;
    case 'last-word':
      return unless('everybody is told again', nowMs + raiseAgainAfterMs);
    case 'page': {
      const entry = plan === undefined ? undefined : entryAt(plan, telling);
      if (plan === undefined || entry === undefined) return undefined;
      const dueMs = nowMs + entry.acknowledgeWithinMs;
      const next = planStep(plan, telling, dueMs);
      return unless(whoIs(next, telling.Tier), next.kind === 'wait' ? next.untilMs : dueMs);
    }
  }
}

function whoIs(next: PlanStep, tier: number): string {
  switch (next.kind) {
    case 'tell':
      return next.entry.tier === tier ? 'you are told again' : `tier ${next.entry.tier} is told`;
    case 'wait':
      return 'whoever is within office hours next is told';
    case 'exhausted':
      return 'everybody hears that nobody has answered,';
  }
}
