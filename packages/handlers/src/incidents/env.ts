import * as v from 'valibot';
import { parseEnvironment, resourceName } from '../environment.ts';

const incidentsEnvironment = v.object({
  CONTROL_TABLE: resourceName,
  /** ARN of the state machine `Escalate`. */
  ESCALATE_MACHINE: resourceName,
  /** ARN of the stage's own topics, without what follows from the contact (core/incidents/contact-topic). */
  CONTACT_TOPIC_PREFIX: resourceName,
  /** URL of the function that acknowledges. */
  ACKNOWLEDGE_URL: resourceName,
  /** Where the runbook is: an address to which `#<anchor>` is added. */
  RUNBOOK_URL: v.pipe(resourceName, v.url()),
});

/** What the function needs to be told beside its deployment: infra sets every one of these. */
export type IncidentsEnvironment = v.InferOutput<typeof incidentsEnvironment>;

export function readIncidentsEnvironment(): IncidentsEnvironment {
  return parseEnvironment(incidentsEnvironment, process.env);
}
