import type { FileReport } from '@tidemark/ops-cli/produce/file';
import { renderAmount } from '@tidemark/ops-cli/render';

/** What of a file was passed over, one sentence each. */
export function fileRemarks({ blankLines, notRebased, tooLongCount }: FileReport): string[] {
  const remarks: string[] = [];
  if (blankLines > 0) remarks.push(`${renderAmount(blankLines, 'blank line was', 'blank lines were')} skipped.`);
  if (notRebased > 0)
    remarks.push(
      `${renderAmount(notRebased, 'event has a time that cannot be shifted; it went as it is', 'events have times that cannot be shifted; they went as they are')}.`,
    );
  if (tooLongCount > 0)
    remarks.push(
      `${renderAmount(tooLongCount, 'line is longer than a Kinesis record may be and was', 'lines are longer than a Kinesis record may be and were')} not sent.`,
    );
  return remarks;
}
