import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { OutgoingRecord } from '../produce/record.ts';
import type { Place } from './marker.ts';

/** What became of one record of a put. */
export type PutAnswer =
  | ({ readonly kind: 'taken' } & Place)
  /** Surely not on the stream: its shard is throttled. */
  | { readonly kind: 'throttled'; readonly reason: string }
  /** On the stream, or not, or yet to come. */
  | { readonly kind: 'unknown' };

/** A put that was not sent, since its holder's time was over. */
export class HoldOver extends Error {
  override readonly name = 'HoldOver';
}

/**
 * Puts records in one attempt that is signed until `untilMs` or not sent (HoldOver). Throws where AWS refused the call for good, and
 * where it was never sent. `client` must make one attempt only: a call that is repeated puts its records twice.
 */
export async function putOnce(
  client: KinesisClient,
  stream: string,
  records: readonly OutgoingRecord[],
  untilMs: number,
  nowMs: () => Promise<number>,
): Promise<PutAnswer[]> {
  const command = new PutRecordsCommand({
    StreamName: stream,
    Records: records.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
  });
  let departed = false;
  // The clock is asked when the call is signed already, so that no pause of this process, however long and wherever it falls, makes a
  // later signature of it. AWS takes no signature that is more than five minutes old: the call takes effect by then or never.
  command.middlewareStack.add(
    (next) => async (args) => {
      if ((await nowMs()) > untilMs) throw new HoldOver('the time to put was over');
      departed = true;
      return next(args);
    },
    // The last of this step, and so after the signature.
    { step: 'finalizeRequest', priority: 'low', name: 'signedBefore' },
  );
  try {
    const { Records = [] } = await client.send(command);
    return records.map((_, index) => answerOf(Records[index] ?? {}));
  } catch (error) {
    if (!departed) throw error;
    const refusal = refusalOf(error);
    if (refusal === undefined) return records.map(() => ({ kind: 'unknown' }));
    if (!refusal.isThrottling) throw error;
    return records.map(() => ({ kind: 'throttled', reason: refusal.name }));
  }
}

interface ResultEntry {
  readonly ShardId?: string | undefined;
  readonly SequenceNumber?: string | undefined;
  readonly ErrorCode?: string | undefined;
  readonly ErrorMessage?: string | undefined;
}

function answerOf({ ShardId, SequenceNumber, ErrorCode, ErrorMessage }: ResultEntry): PutAnswer {
  if (ShardId !== undefined && SequenceNumber !== undefined)
    return { kind: 'taken', shardId: ShardId, sequenceNumber: SequenceNumber };
  // Any other error is one of Kinesis's own, of which it is not said that nothing was stored.
  return ErrorCode !== undefined && throttling.test(ErrorCode)
    ? { kind: 'throttled', reason: `${ErrorCode}: ${ErrorMessage}` }
    : { kind: 'unknown' };
}

const throttling = /^(ProvisionedThroughputExceeded|KMSThrottling|Throttling|LimitExceeded)(Exception)?$/;

/** An answer that says for sure that nothing was done: those of status 4xx. */
function refusalOf(error: unknown): { readonly name: string; readonly isThrottling: boolean } | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const { httpStatusCode = 0 } = error.$metadata as { readonly httpStatusCode?: number };
  if (httpStatusCode < 400 || httpStatusCode >= 500) return undefined;
  return { name: error.name, isThrottling: throttling.test(error.name) };
}
