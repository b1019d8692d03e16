import type { PruneSettings } from '@tidemark/core/prune/settings';
import { lateCallMsMax } from '@tidemark/core/replay/watchdog';
import {
  Chain,
  Choice,
  Condition,
  Errors,
  type IChainable,
  Parallel,
  Pass,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { caughtFailure, failed, refused } from './failure.ts';
import { knownSources, ofKnownSource } from './known-source.ts';
import { startNightlyRuns } from './nightly-runs.ts';
import { pruning } from './pruning.ts';
import { restoring } from './restoring.ts';
import { retryLong, retrySome } from './retrying.ts';
import { type Steps, step } from './step.ts';

export interface PruneProps {
  /** By source. */
  readonly sources: Readonly<Record<string, PruneSettings>>;
  /** The function that does the steps. */
  readonly prune: Steps;
}

/**
 * Exports and deletes what is older than its retention, or brings back what was exported. Whatever fails leaves the floor where it is and
 * everything deleted in the export: the next run goes on.
 *
 *     input: RunRequest; with `from` it asks for a restore
 *          | { nightly: true, scheduled: '2026-11-20T03:30:00Z' }: starts a run of each source that has a retention
 */
export function pruneDefinition(scope: Construct, { sources, prune }: PruneProps): Chain {
  return Chain.start(knownSources(scope, sources)).next(
    Choice.jsonata(scope, 'Is it the schedule')
      .when(Condition.jsonata(jsonata('$exists($states.input.scheduled)')), startNightlyRuns(scope))
      .otherwise(ofKnownSource(scope, run(scope, prune))),
  );
}

/** A run, whole: lock, work, and the end, which is the same for all. */
function run(scope: Construct, prune: Steps): Chain {
  const kind = Pass.jsonata(scope, 'Prune or restore', {
    assign: { kind: jsonata('$exists($request.from) ? "restore" : "prune"') },
  });
  const prepare = retrySome(
    step(scope, 'Prepare', prune, {
      op: 'prepare',
      more: '{"kind": $kind, "execution": $states.context.Execution.Id, "request": $request}',
      assign: { waitSeconds: jsonata('$states.result.Payload.waitSeconds') },
    }),
  );
  const isRestore = Choice.jsonata(scope, 'Which of both')
    .when(Condition.jsonata(jsonata('$kind = "restore"')), restoring(scope, prune))
    .otherwise(pruning(scope, prune));
  const work = Parallel.jsonata(scope, 'Until the end', {
    assign: { outcome: jsonata('$kind = "restore" ? "restored" : "pruned"'), failure: null },
  }).branch(isRestore);
  const finish = retryLong(
    step(scope, 'Finish', prune, {
      op: 'finish',
      more: '$merge([{"outcome": $outcome}, $failure = null ? {} : {"error": $failure}])',
    }),
  );
  finish.next(
    Choice.jsonata(scope, 'How did it end')
      .when(Condition.jsonata(jsonata('$outcome in ["failed", "cancelled"]')), failed(scope, 'Ended early'))
      .otherwise(Succeed.jsonata(scope, 'Ended', { outputs: { run: jsonata('$run'), outcome: jsonata('$outcome') } })),
  );
  const abort = wayBack(scope, prune, finish);
  const failure = { assign: { failure: caughtFailure } };
  prepare.addCatch(givenWay(scope), { errors: ['LockHeld'] });
  prepare.addCatch(refused(scope, 'Refused'), { errors: ['NothingToRestore', 'NothingToPrune', 'BadCall'] });
  prepare.addCatch(abort, { errors: [Errors.ALL], ...failure });
  work.addCatch(abort, { errors: [Errors.ALL], ...failure });
  return kind.next(prepare).next(work).next(lateDeletions(scope)).next(finish);
}

/**
 * A call whose answer was lost may go on deleting when the one that took its place is long done. Whoever has the lock next may put something there: a restore
 * that begins at once would lose it again.
 */
function lateDeletions(scope: Construct): Wait {
  const seconds = `$kind = "restore" ? 0 : ${lateCallMsMax / 1000}`;
  return Wait.jsonata(scope, 'Wait for late deletions', { time: WaitTime.seconds(jsonata(seconds)) });
}

/** What a night finds locked, the next one prunes. */
function givenWay(scope: Construct): Choice {
  const skipped = Succeed.jsonata(scope, 'Skipped', { outputs: { run: jsonata('$run'), outcome: 'skipped' } });
  return Choice.jsonata(scope, 'Is it nightly')
    .when(Condition.jsonata(jsonata('$exists($request.nightly) and $request.nightly')), skipped)
    .otherwise(refused(scope, 'Another run has the lock'));
}

/** Aborts, and ends the run when nothing of it can be on its way any more. */
function wayBack(scope: Construct, prune: Steps, finish: IChainable): IChainable {
  const abort = retryLong(
    step(scope, 'Abort', prune, {
      op: 'abort',
      more: '{"error": $failure}',
      assign: {
        waitSeconds: jsonata('$states.result.Payload.waitSeconds'),
        outcome: jsonata('$failure.name = "Aborted" ? "cancelled" : "failed"'),
      },
    }),
  );
  const quiet = Wait.jsonata(scope, 'Wait for late calls', { time: WaitTime.seconds(jsonata('$waitSeconds')) });
  return abort.next(
    Choice.jsonata(scope, 'Is anything left to do')
      .when(Condition.jsonata(jsonata('$states.input.aborted')), quiet.next(finish))
      .otherwise(failed(scope, 'The lock is lost')),
  );
}
