import * as v from 'valibot';
import { parseEnvironment, resourceName } from '../environment.ts';

const distressEnvironment = v.object({
  /** ARN of the stage's own topics, without what follows from the contact (core/incidents/contact-topic). */
  CONTACT_TOPIC_PREFIX: resourceName,
  /** The heading of the runbook that says what to do. */
  RUNBOOK_URL: v.pipe(resourceName, v.url()),
});

/** What the function needs to be told beside whom to tell: infra sets every one of these. */
export type DistressEnvironment = v.InferOutput<typeof distressEnvironment>;

export function readDistressEnvironment(): DistressEnvironment {
  return parseEnvironment(distressEnvironment, process.env);
}
