import type { DeployedSource } from '@tidemark/core/deployment';
import { Expectation } from '@tidemark/core/generate/expectation';
import { readLine } from '@tidemark/core/generate/reading';
import { fileRebaseDays, fileRecords, newFileReport } from '@tidemark/ops-cli/produce/file';
import { generatedRecords } from '@tidemark/ops-cli/produce/generated';
import type { OutgoingRecord } from '@tidemark/ops-cli/produce/record';
import { renderAmount } from '@tidemark/ops-cli/render';
import { fileRemarks } from './file-remarks.ts';
import type { DemoOptions } from './options.ts';

/** Records to send, and what the counts must be once they are all sent. */
export interface Sending {
  readonly records: AsyncIterable<readonly OutgoingRecord[]>;
  /** Filled as the records are read. */
  readonly expectation: Expectation;
  /** Remarks for the reader, after everything is read. */
  remarks(): string[];
}

/** The records that the options ask for. `now` is the engine's clock, by which events are too far ahead or not. */
export async function prepareSending(
  options: DemoOptions,
  source: DeployedSource,
  now: () => number,
): Promise<Sending> {
  const expectation = new Expectation(source.buckets);
  if (options.file === undefined) return generated(options, source, expectation, now());
  const report = newFileReport();
  const remarks: string[] = [];
  let shiftDays = 0;
  if (options.rebase) {
    const days = await fileRebaseDays(options.file, source.event, now());
    shiftDays = days ?? 0;
    remarks.push(
      days === undefined
        ? 'The file holds no good event: nothing to rebase.'
        : `Every time was shifted by ${renderAmount(days, 'day', 'days')}.`,
    );
  }
  const records = fileRecords({ path: options.file, fields: source.event, shiftDays }, report);
  return {
    records: tallied(records, (record) => expectation.add(readLine(record.data, source.event, now()))),
    expectation,
    remarks: () => [...remarks, ...fileRemarks(report)],
  };
}

/** Generated events: the generator itself says what must become of each. */
function generated(options: DemoOptions, source: DeployedSource, expectation: Expectation, untilMs: number): Sending {
  const { events = 0, seed } = options;
  const records = generatedRecords({ events, seed, untilMs, fields: source.event });
  return {
    records: tallied(records, (record) => expectation.add(record.expected)),
    expectation,
    remarks: () => [],
  };
}

async function* tallied<Sent extends OutgoingRecord>(
  chunks: AsyncIterable<readonly Sent[]>,
  tally: (record: Sent) => void,
): AsyncGenerator<readonly Sent[]> {
  for await (const chunk of chunks) {
    for (const record of chunk) tally(record);
    yield chunk;
  }
}
