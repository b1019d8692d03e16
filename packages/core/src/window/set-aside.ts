import { decodeBucket } from '../series/key.ts';
import type { Fence } from '../series/sequence.ts';
import { decodeSequence } from '../series/sequence.ts';
import type { LedgerPart, Straddle, WindowPart } from './part.ts';

/** A part that is past mending, as an object of the data bucket: what of it the item lacks, the stream does not tell any more. */
export interface PartSetAside {
  /** `quarantine/<source>/<day>/<shardId>/part-<last sequence>-<what>.json`: the same whenever this part is set aside again. */
  readonly objectKey: string;
  readonly body: PartBody;
}

export interface PartBody {
  readonly reason: 'part-past-mending';
  readonly detail: string;
  readonly source: string;
  readonly shardId: string;
  /** The item's fence: what lies at or below it, the item holds. */
  readonly fence: Fence;
  /** The whole part, with the records that the item holds already. */
  readonly part: WindowPart | LedgerPart;
}

/** Its day is that of the window's start. */
export function windowPartSetAside(source: string, shardId: string, straddle: Straddle<WindowPart>): PartSetAside {
  const { EventName, Bucket } = straddle.part.key;
  const { size } = decodeBucket(Bucket);
  const start = Bucket.split('#')[2] ?? '';
  const name = `${size}-${start}-${encodeURIComponent(EventName)}`;
  return partSetAside(source, shardId, start.slice(0, 10), name, straddle);
}

export function ledgerPartSetAside(source: string, shardId: string, straddle: Straddle<LedgerPart>): PartSetAside {
  return partSetAside(source, shardId, straddle.part.day, 'ledger', straddle);
}

function partSetAside(
  source: string,
  shardId: string,
  day: string,
  name: string,
  { part, after }: Straddle<WindowPart | LedgerPart>,
): PartSetAside {
  const [first, last, fence] = [part.first, part.last, after].map(decodeSequence);
  return {
    objectKey: `quarantine/${source}/${day}/${shardId}/part-${last}-${name}.json`,
    body: {
      reason: 'part-past-mending',
      detail: `of its records ${first} to ${last} the item holds those up to ${fence}; the others could not be read again`,
      source,
      shardId,
      fence: after,
      part,
    },
  };
}
