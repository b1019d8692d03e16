import { KinesisFault } from './fault.ts';

/** A place in a shard: the records with this counter and above are still to be read. */
export interface ShardPosition {
  readonly streamName: string;
  /** Tells the stream from a later one of the same name. */
  readonly streamCreatedMs: number;
  readonly shardIndex: number;
  readonly counter: number;
}

const lifetimeMs = 300_000;

/** An opaque token, as AWS hands out, good for five minutes of engine time. */
export function formatIterator(position: ShardPosition, nowMs: number): string {
  const { streamName, streamCreatedMs, shardIndex, counter } = position;
  return Buffer.from(JSON.stringify([streamName, streamCreatedMs, shardIndex, counter, nowMs])).toString('base64');
}

/** Throws `InvalidArgumentException` for what is no iterator and `ExpiredIteratorException` for an old one. */
export function parseIterator(token: string, nowMs: number): ShardPosition {
  const [streamName, streamCreatedMs, shardIndex, counter, issuedMs] = fields(token);
  const known =
    typeof streamName === 'string' &&
    Number.isSafeInteger(streamCreatedMs) &&
    Number.isSafeInteger(shardIndex) &&
    Number.isSafeInteger(counter) &&
    Number.isSafeInteger(issuedMs);
  if (!known) throw new KinesisFault('InvalidArgumentException', 'Invalid ShardIterator.');
  if (nowMs - Number(issuedMs) > lifetimeMs) {
    throw new KinesisFault(
      'ExpiredIteratorException',
      `Iterator expired. The iterator was created at time ${formatTime(Number(issuedMs))} while right now it is ` +
        `${formatTime(nowMs)} which is further in the future than the tolerated delay of ${lifetimeMs} milliseconds.`,
    );
  }
  return {
    streamName,
    streamCreatedMs: Number(streamCreatedMs),
    shardIndex: Number(shardIndex),
    counter: Number(counter),
  };
}

function fields(token: string): readonly unknown[] {
  const text = Buffer.from(token, 'base64').toString();
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    // Not one of this server's tokens: an answer for the caller, not a failure.
    return [];
  }
}

/** `Thu Jan 22 01:22:02 UTC 2015` */
function formatTime(ms: number): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = new Date(ms)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
