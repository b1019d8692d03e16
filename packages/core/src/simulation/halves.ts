import type { ReadBatch } from '../count/read.ts';

/** A batch cut inside its last aggregate, as it must never be: with rule `aggregateTogether` off. */
export function halves(read: ReadBatch): ReadBatch[] {
  const { record } = read.events;
  for (let event = record.length - 1; event > 0; event -= 1) {
    if (record[event] === record[event - 1]) {
      return [part(read, 0, event), part(read, event, record.length)];
    }
  }
  return [read];
}

function part(read: ReadBatch, from: number, to: number): ReadBatch {
  const { name, timeMs, record, index } = read.events;
  const events = {
    name: name.slice(from, to),
    timeMs: timeMs.slice(from, to),
    record: record.slice(from, to),
    index: index.slice(from, to),
    measured: [],
  };
  return { ...read, events };
}
