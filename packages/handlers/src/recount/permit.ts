import type { Applicant, Permit } from '@tidemark/core/recount/permit';
import { permitFor } from '@tidemark/core/recount/permit';
import type { TimelineItem } from '@tidemark/core/replay/timeline';
import { timelineKey } from '@tidemark/core/replay/timeline';
import type { DynamoDB } from '../aws/dynamodb.ts';

/** Reads the lock consistently. Throws an Error, by the name that the steps of a run have for it, where the applicant may not count. */
export async function askPermit(
  dynamodb: DynamoDB,
  table: string,
  source: string,
  applicant: Applicant,
  signal: AbortSignal,
): Promise<Permit & { readonly ok: true }> {
  const item = await dynamodb.get(table, timelineKey(source), signal);
  const permit = permitFor(item as TimelineItem | undefined, applicant);
  if (!permit.ok) throw Object.assign(new Error(permit.reason), { name: permit.error });
  return permit;
}
