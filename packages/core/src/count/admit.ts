import type { Catalogue } from '../control/catalogue.ts';
import type { Floors } from '../control/floors.ts';
import { isTooNew, isTooOld } from './age.ts';
import type { ReadBatch } from './read.ts';
import type { StreamRecord } from './record.ts';

/**
 * The names of a batch that must get a slot before it is counted, in the order of their first event; empty in all but
 * the rarest batches. Admit them in one write (`admission`) and ask again, with the catalogue that then stands, until
 * none is left. Names beyond the cap, and names whose events are all quarantined, are not among them.
 */
export function namesToAdmit(read: ReadBatch, catalogue: Catalogue, floors: Floors): readonly string[] {
  const unknown = new Set<number>();
  for (const [place, name] of read.names.entries()) {
    if (catalogue.slotOf(name) === undefined) {
      unknown.add(place);
    }
  }
  return unknown.size === 0 || isFull(read, catalogue) ? [] : namesThatFit(read, catalogue, floors, unknown);
}

/** Whether no arrival of the batch leaves a slot: spares the walk over the events when strangers keep sending names. */
function isFull(read: ReadBatch, catalogue: Catalogue): boolean {
  return read.records.every((record) => catalogue.Names.length >= catalogue.capAt(record.arrivalMs));
}

function namesThatFit(read: ReadBatch, catalogue: Catalogue, floors: Floors, unknown: Set<number>): string[] {
  const { events, names, records, source } = read;
  const admitted: string[] = [];
  for (let event = 0; event < events.name.length && unknown.size > 0; event += 1) {
    const place = events.name[event] as number;
    if (!unknown.has(place)) {
      continue;
    }
    const { arrivalMs } = records[events.record[event] as number] as StreamRecord;
    const timeMs = events.timeMs[event] as number;
    const slot = catalogue.Names.length + admitted.length;
    if (
      slot < catalogue.capAt(arrivalMs) &&
      !isTooNew(timeMs, arrivalMs) &&
      !isTooOld(timeMs, arrivalMs, source, floors)
    ) {
      unknown.delete(place);
      admitted.push(names[place] as string);
    }
  }
  return admitted;
}
