import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { decodeLine, isBadLine } from '@tidemark/core/prune/line';
import { countsPrefix } from '@tidemark/core/prune/object';
import type { SteppedEngine } from '../metering/stepped-engine.ts';
import { amountOf } from './found-items.ts';
import { asPut, dayOf } from './table-items.ts';

const readsAtOnce = 8;

/** What lies in S3. */
export interface FoundExports {
  readonly objects: number;
  /** Of the compressed objects. */
  readonly bytes: number;
}

/** Reads every exported object: they hold each item that was to be exported once, as it was put, and nothing else. Throws where it is not so. */
export async function assertExports({ client, source }: SteppedEngine, series: number): Promise<FoundExports> {
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const Bucket = source.bucket;
  const seen = new Set<string>();
  let bytes = 0;
  try {
    const keys: string[] = [];
    const input = { Bucket, Prefix: `prune/${source.name}/` };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input)) {
      for (const { Key = '' } of Contents) if (!Key.includes('/reports/')) keys.push(Key);
    }
    const strange = keys.find((key) => !key.startsWith(countsPrefix(source.name)));
    if (strange !== undefined) throw new Error(`${strange}: should not be there`);
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let key = keys[next++]; key !== undefined; key = keys[next++]) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
        const content = (await Body?.transformToByteArray()) ?? new Uint8Array();
        bytes += content.length;
        for (const line of gunzipSync(content).toString('utf8').trimEnd().split('\n')) noteLine(key, line, seen);
      }
    };
    await Promise.all(Array.from({ length: readsAtOnce }, worker));
    const { items } = amountOf(series, (item) => dayOf(item)?.fate === 'exported');
    if (seen.size !== items) throw new Error(`${seen.size} items are exported of ${items} that should be`);
    return { objects: keys.length, bytes };
  } finally {
    s3.destroy();
  }
}

function noteLine(objectKey: string, line: string, seen: Set<string>): void {
  const item = decodeLine(line);
  if (isBadLine(item)) throw new Error(`${objectKey}: ${item.bad}`);
  const key = `${item.EventName} ${item.Bucket}`;
  if (seen.has(key)) throw new Error(`${objectKey}: ${key} is exported twice`);
  if (dayOf(item)?.fate !== 'exported') throw new Error(`${objectKey}: ${key} was not to be exported`);
  if (!isDeepStrictEqual(item, asPut(item))) throw new Error(`${objectKey}: ${key} is not as it was put`);
  seen.add(key);
}
