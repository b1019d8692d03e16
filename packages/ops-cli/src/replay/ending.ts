import type { PruneReport } from '@tidemark/core/prune/report';
import { pruneErrors } from '@tidemark/core/prune/steps';
import type { Report, ReportLine, UndoReport } from '@tidemark/core/replay/report';
import { partKey } from '@tidemark/core/replay/report';
import { stepErrors } from '@tidemark/core/replay/step-errors';
import type { Objects } from '../aws/s3.ts';
import { exitCodes } from '../failure.ts';
import type { RunFamily } from './family.ts';
import type { FoundRun } from './runs.ts';

/** What the report of a run adds to its item; neither where it has none, or it is gone. */
export interface Ending {
  readonly report?: Report;
  readonly undo?: UndoReport;
  readonly prune?: PruneReport;
}

export async function readEnding(objects: Objects, { source, item }: FoundRun): Promise<Ending> {
  if (item.ReportKey === undefined) return {};
  const read = await objects.json(source.bucket, item.ReportKey);
  if (read === undefined) return {};
  switch (item.Kind) {
    case 'undo':
      return { undo: read as UndoReport };
    case 'prune':
      return { prune: read as PruneReport };
    case 'restore':
      // It says nothing that the item does not say.
      return {};
    default:
      return { report: read as Report };
  }
}

/**
 * What differs and what could not be decided, as the parts of the report have it, one after the other: a part is never held whole. A later pass
 * repeats what the one before it could not decide, so that of these only the last pass counts.
 */
export async function* reportLines(
  objects: Pick<Objects, 'lines'>,
  { source, run, item }: FoundRun,
  report: Report,
): AsyncGenerator<ReportLine> {
  const passes = report.parts.map((key) => Number(key.slice(key.lastIndexOf('/') + 1).split('-')[0]));
  const lastPass = (item.Compared?.Undecided ?? 0) === 0 ? Number.POSITIVE_INFINITY : Math.max(...passes);
  const lastPrefix = partKey(source.name, run, lastPass, 0).slice(0, -'00000.jsonl'.length);
  for (const key of report.parts) {
    for await (const text of objects.lines(source.bucket, key)) {
      const line = JSON.parse(text) as ReportLine;
      if (line.verdict === 'different' || key.startsWith(lastPrefix)) yield line;
    }
  }
}

const fineOutcomes: ReadonlySet<string> = new Set(['equal', 'switched', 'undone', 'pruned', 'restored', 'skipped']);

/** The exit code of a command that has shown how a run ended, or that it goes on. */
export function exitCodeOf({ item }: Pick<FoundRun, 'item'>): number {
  const { Outcome } = item;
  if (Outcome === undefined || fineOutcomes.has(Outcome)) return exitCodes.fine;
  return Outcome === 'different' ? exitCodes.different : exitCodes.failed;
}

/**
 * What a function threw, of the cause that Step Functions makes of it: JSON with a trace, which may have been cut off in a run's item. Any other text
 * stays as it is.
 */
export function plainError(text: string): string {
  const [, name = '', message] = /^(\w+: )?\{.*?"errorMessage":("(?:[^"\\]|\\.)*")/s.exec(text) ?? [];
  return message === undefined ? text : `${name}${JSON.parse(message)}`;
}

/** Errors of a run that have a heading in the runbook beside those of the steps. */
const otherHeadings = ['NoSuchSource', 'PipeFailed', 'HeldTooLong', 'execution stopped'];
const pruneHeadings = ['execution stopped'];

/** The heading of the runbook for what a run says went wrong; what has none of its own has the general one of its family. */
export function headingOf(error: string | undefined, family: RunFamily): string {
  const name = error?.split(':')[0] ?? '';
  const [general, known] =
    family === 'prune' ? ['Prune', [...pruneErrors, ...pruneHeadings]] : ['Replay', [...stepErrors, ...otherHeadings]];
  return known.some((each) => each === name) ? `${general}: ${name}` : general;
}
