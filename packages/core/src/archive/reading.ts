import { firstRecordAfter } from '../count/fence.ts';
import type { StreamRecord } from '../count/record.ts';
import { recordBytesMax } from '../limits.ts';
import type { Fence } from '../series/sequence.ts';
import { encodeSequence } from '../series/sequence.ts';
import type { ArchivedLine } from './line.ts';
import { decodeLine } from './line.ts';
import type { ArchiveObject, BadArchive } from './object.ts';

/** Bytes of a line: the largest record in base64, and room for its other fields (a partition key has 256 characters at most). */
export const lineBytesMax = Math.ceil(recordBytesMax / 3) * 4 + 4096;

/** The records past `handled`, the fence of the last that was handled; all of them before the first. `records` ascend. */
export function afterHandled(records: readonly StreamRecord[], handled: Fence | undefined): readonly StreamRecord[] {
  return handled === undefined ? records : records.slice(firstRecordAfter(records, handled));
}

/** Takes an object's lines one after the other, and holds them against what its key says of it. */
export class ObjectReading {
  readonly #object: ArchiveObject;
  #previous: Fence | undefined;

  constructor(object: ArchiveObject) {
    this.#object = object;
  }

  /** The record of the next line; or what is wrong with it, and the next may be taken all the same. */
  take(line: string): ArchivedLine {
    const decoded = decodeLine(line);
    if (decoded.kind === 'bad') return decoded;
    const { first, last } = this.#object;
    const fence = encodeSequence(decoded.record.sequenceNumber);
    if (this.#previous === undefined && fence !== first) return wrong(`${fence} is not the first, ${first}`);
    if (this.#previous !== undefined && fence <= this.#previous)
      return wrong(`${fence} does not come after ${this.#previous}`);
    if (fence > last) return wrong(`${fence} comes after the last, ${last}`);
    this.#previous = fence;
    return decoded;
  }

  /** What is wrong with an object that ends here; undefined where nothing is. */
  end(): BadArchive | undefined {
    const { last } = this.#object;
    if (this.#previous === last) return undefined;
    const ends = this.#previous === undefined ? 'holds no record' : `ends with ${this.#previous}`;
    return { kind: 'bad', field: 'object', detail: `${ends}; its key says that ${last} is the last` };
  }
}

function wrong(detail: string): BadArchive {
  return { kind: 'bad', field: 'sequenceNumber', detail };
}
