import type { CompareCall } from '@tidemark/core/replay/recount-steps';
import type { Report, SeriesDifference } from '@tidemark/core/replay/report';
import { partKey, reportKey, windowRemark } from '@tidemark/core/replay/report';
import type { Compared } from '@tidemark/core/replay/run';
import { formatInstant } from '@tidemark/core/series/bucket';
import type { StandingRun, Step } from './step.ts';

interface Found {
  readonly outcome: 'equal' | 'different';
  readonly tally: Compared;
  readonly worst: readonly SeriesDifference[];
  /** How many parts each pass wrote. */
  readonly parts: readonly number[];
}

/** Writes the report of a comparison, and tells the run where it lies. */
export async function writeReport(
  { call, control, s3, signal }: Step<CompareCall>,
  { item, generation }: StandingRun,
  { outcome, tally, worst, parts }: Found,
): Promise<string> {
  const { source, run, settings } = call;
  const first = Object.entries(item.First ?? {}).flatMap(([size, ms]) =>
    ms === undefined ? [] : [[size, formatInstant(ms)] as const],
  );
  const report: Report = {
    run,
    source,
    generation,
    outcome,
    first: Object.fromEntries(first),
    compared: tally,
    series: worst,
    parts: parts.flatMap((count, pass) => Array.from({ length: count }, (_, part) => partKey(source, run, pass, part))),
    remarks: settings.window === undefined ? [] : [windowRemark],
  };
  const key = reportKey(source, run);
  await s3.putJson(settings.bucket, key, report, signal);
  await control.setRun(run, { ReportKey: key, Compared: tally });
  return key;
}
