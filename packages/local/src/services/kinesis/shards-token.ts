import { KinesisFault } from './fault.ts';

export interface ShardFilter {
  readonly Type:
    | 'AFTER_SHARD_ID'
    | 'AT_TRIM_HORIZON'
    | 'FROM_TRIM_HORIZON'
    | 'AT_LATEST'
    | 'AT_TIMESTAMP'
    | 'FROM_TIMESTAMP';
  readonly ShardId?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly Timestamp?: number | undefined;
}

/** Where a list of shards goes on. */
export interface ShardsToken {
  readonly streamName: string;
  readonly filter: ShardFilter | undefined;
  readonly afterShardId: string;
}

const lifetimeMs = 300_000;

/** An opaque token, good for five minutes of engine time. */
export function formatShardsToken({ streamName, filter, afterShardId }: ShardsToken, nowMs: number): string {
  return Buffer.from(JSON.stringify([streamName, filter ?? null, afterShardId, nowMs])).toString('base64');
}

/** Throws `InvalidArgumentException` for what is no token and `ExpiredNextTokenException` for an old one. */
export function parseShardsToken(token: string, nowMs: number): ShardsToken {
  const [streamName, filter, afterShardId, issuedMs] = fields(token);
  if (typeof streamName !== 'string' || typeof afterShardId !== 'string' || typeof issuedMs !== 'number') {
    throw new KinesisFault('InvalidArgumentException', 'Invalid NextToken.');
  }
  if (nowMs - issuedMs > lifetimeMs) {
    throw new KinesisFault('ExpiredNextTokenException', `NextToken is older than ${lifetimeMs} milliseconds.`);
  }
  return { streamName, filter: (filter ?? undefined) as ShardFilter | undefined, afterShardId };
}

function fields(token: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    // Not one of this server's tokens: an answer for the caller, not a failure.
    return [];
  }
}
