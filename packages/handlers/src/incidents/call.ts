import type { IncidentsCall } from '@tidemark/core/incidents/steps';
import * as v from 'valibot';

const text = v.pipe(v.string(), v.nonEmpty());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const common = { source: text, incident: text, execution: v.pipe(count, v.minValue(1)) };

const telling = v.strictObject({
  Kind: v.picklist(['page', 'last-word', 'end']),
  Raise: count,
  Round: count,
  Tier: count,
  Repeat: count,
  Try: count,
});

const incidentsCall = v.variant('op', [
  v.strictObject({ op: v.literal('tick'), ...common, loops: count }),
  v.strictObject({ op: v.literal('gather'), ...common, telling }),
  v.strictObject({ op: v.literal('send'), ...common, telling }),
  v.strictObject({ op: v.literal('await'), ...common, step: count, token: text }),
  v.strictObject({ op: v.literal('sweep') }),
  v.strictObject({ op: v.literal('describe') }),
]);

/** Reads a call, to the last field. Throws where the definition of the machine and this function do not fit. */
export function parseCall(event: unknown): IncidentsCall {
  const result = v.safeParse(incidentsCall, event);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${v.getDotPath(issue) ?? 'call'}: ${issue.message}`);
}

/** Whether an event is one of ours; what else comes is a transition of an alarm. */
export function isCall(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'op' in event;
}
