import { pruneFields } from '../prune/json.ts';
import { renderInstant } from '../render.ts';
import { type Ending, plainError } from './ending.ts';
import { heldMsOf } from './progress-text.ts';
import type { FoundRun } from './runs.ts';

/** A run for a program: what its item says, instants as `2026-11-02T09:00:00Z`. What does not apply is absent. */
export function runJson({ source, run, item }: FoundRun): Readonly<Record<string, unknown>> {
  const heldMs = item.EndedMs === undefined ? undefined : heldMsOf(item, item.EndedMs);
  const { Compared: compared, Corrected: corrected } = item;
  return defined({
    run,
    source: source.name,
    kind: item.Kind,
    verify: item.Verify,
    force: item.Force,
    generation: item.Generation,
    from: typeof item.From === 'number' ? renderInstant(item.From) : item.From,
    to: instantOf(item.ToMs),
    undoes: item.Undoes,
    reason: item.Reason,
    startedBy: item.StartedBy,
    started: renderInstant(item.StartedMs),
    phase: item.Phase,
    firstBucket: instantOf(item.FirstMs),
    shards: item.Shards,
    compared: compared && {
      equal: compared.Equal,
      different: compared.Different,
      undecided: compared.Undecided,
      undecidedClosed: compared.UndecidedClosed,
    },
    report: item.ReportKey === undefined ? undefined : `s3://${source.bucket}/${item.ReportKey}`,
    heldSeconds: heldMs === undefined ? undefined : heldMs / 1000,
    switched: instantOf(item.SwitchedMs),
    corrected: corrected && {
      dataPoints: corrected.Data,
      tooOld: corrected.TooOld,
      tooNew: corrected.TooNew,
      notCorrectable: corrected.NotCorrectable,
    },
    givenBackRanges: item.GivenBack,
    stayingBuckets: item.Stays,
    undoneBy: item.UndoneBy,
    undoPrunedBy: item.UndoPrunedBy,
    ...pruneFields(item),
    ended: instantOf(item.EndedMs),
    outcome: item.Outcome,
    error: item.Error && plainError(item.Error),
    execution: item.Execution,
  });
}

/** The same with what its report says. */
export function endedJson(found: FoundRun, { report, undo, prune }: Ending): Readonly<Record<string, unknown>> {
  return defined({
    ...runJson(found),
    series: report?.series ?? prune?.series,
    sweptGenerations: prune?.sweptGenerations,
    parts: report?.parts,
    remarks: report?.remarks,
    givenBack: undo?.givenBack,
    stays: undo?.stays,
  });
}

function instantOf(timeMs: number | undefined): string | undefined {
  return timeMs === undefined ? undefined : renderInstant(timeMs);
}

function defined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
