import { setImmediate as turn } from 'node:timers/promises';
import { type GeneratedRecord, type GeneratorOptions, generateEvents } from '@tidemark/core/generate/generator';

const chunkRecords = 2_000;

/** Generated events in chunks, with a turn of the event loop between them so that sending goes on meanwhile. */
export async function* generatedRecords(options: GeneratorOptions): AsyncGenerator<readonly GeneratedRecord[]> {
  let chunk: GeneratedRecord[] = [];
  for (const record of generateEvents(options)) {
    chunk.push(record);
    if (chunk.length < chunkRecords) continue;
    yield chunk;
    chunk = [];
    await turn();
  }
  if (chunk.length > 0) yield chunk;
}
