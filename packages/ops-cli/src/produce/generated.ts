import { setImmediate as turn } from 'node:timers/promises';
import type { EventFields } from '@tidemark/core/config';
import { type GeneratedRecord, type GeneratorOptions, generateEvents } from '@tidemark/core/generate/generator';
import { generateRides, secondsOfRiding } from '@tidemark/core/generate/rides';

const chunkRecords = 2_000;

/** Generated events in chunks, with a turn of the event loop between them so that sending goes on meanwhile. */
export function generatedRecords(options: GeneratorOptions): AsyncGenerator<readonly GeneratedRecord[]> {
  return inChunks(generateEvents(options));
}

export interface GeneratedReadingsOptions {
  readonly seed: number;
  readonly events: number;
  /** The readings are taken before this instant, milliseconds since the epoch: a second apart, five unicorns at a time. */
  readonly untilMs: number;
  /** With measures. */
  readonly fields: EventFields;
}

/** The same of readings with measures, for sources with a window. */
export function generatedReadings(options: GeneratedReadingsOptions): AsyncGenerator<readonly GeneratedRecord[]> {
  const { seed, events, untilMs, fields } = options;
  const seconds = secondsOfRiding(events);
  const startMs = (Math.floor(untilMs / 1000) - seconds) * 1000;
  return inChunks(first(events, generateRides({ seed, startMs, seconds, fields })));
}

function* first<Item>(count: number, items: Iterable<Item>): Generator<Item, void, undefined> {
  let left = count;
  for (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}

async function* inChunks(records: Iterable<GeneratedRecord>): AsyncGenerator<readonly GeneratedRecord[]> {
  let chunk: GeneratedRecord[] = [];
  for (const record of records) {
    chunk.push(record);
    if (chunk.length < chunkRecords) continue;
    yield chunk;
    chunk = [];
    await turn();
  }
  if (chunk.length > 0) yield chunk;
}
