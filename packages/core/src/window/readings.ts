import type { Measure } from '../config.ts';
import type { LedgerCounts } from '../control/ledger.ts';
import { fenceOf } from '../count/fence.ts';
import { countsOf } from '../count/ledger.ts';
import { outcomes } from '../count/outcomes.ts';
import type { ReadBatch } from '../count/read.ts';
import { fieldsAt } from '../count/read.ts';
import type { StreamRecord } from '../count/record.ts';
import { otherSeries } from '../series/partial.ts';
import type { Fence } from '../series/sequence.ts';

/** A reading that is counted. */
export interface Reading {
  /** Its own name, or that of the series over the cap. */
  readonly name: string;
  readonly measures: readonly Measure[];
  /** Holds the values of `measures`, in their order, from the place `from` on. */
  readonly measured: readonly number[];
  readonly from: number;
}

/** Who is told of a batch's records, one after the other. A KPL aggregate is one record with many readings. */
export interface RecordListener {
  begin(fence: Fence, arrivalMs: number): void;
  /** The same object for reading after reading: a listener copies what it keeps. */
  reading(reading: Reading): void;
  /** What became of all that the record held. */
  end(counts: LedgerCounts): void;
}

const noMeasures: readonly Measure[] = [];

/** Tells `listener` of the records from the place `fromRecord` on. `outcome`: for each event, what `outcomesOf` decided. */
export function tellRecords(read: ReadBatch, outcome: Uint8Array, fromRecord: number, listener: RecordListener): void {
  const { records, events, malformed, names, source } = read;
  const reading = { name: '', measures: noMeasures, measured: events.measured, from: 0 };
  let event = 0;
  let malformedAt = 0;
  for (let place = 0; place < records.length; place += 1) {
    const { arrivalMs } = records[place] as StreamRecord;
    const measures = fieldsAt(source, arrivalMs).measures ?? noMeasures;
    reading.measures = measures;
    const isTold = place >= fromRecord;
    if (isTold) listener.begin(fenceOf(records, place), arrivalMs);
    const tally = [0, 0, 0, 0];
    for (; events.record[event] === place; event += 1) {
      const decided = outcome[event] as number;
      (tally[decided] as number) += 1;
      if (isTold && decided < outcomes.tooOld) {
        reading.name = decided === outcomes.overCap ? otherSeries : (names[events.name[event] as number] as string);
        listener.reading(reading);
      }
      reading.from += measures.length;
    }
    const firstMalformed = malformedAt;
    while (malformed[malformedAt]?.record === place) malformedAt += 1;
    if (isTold) listener.end(countsOf(tally, malformedAt - firstMalformed));
  }
  if (reading.from !== events.measured.length) {
    throw new Error(`${events.measured.length} measures were read, but the fields of the events have ${reading.from}`);
  }
}
