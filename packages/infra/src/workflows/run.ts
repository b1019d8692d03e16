import type { RunKind } from '@tidemark/core/replay/lock';
import type { RunOutcome } from '@tidemark/core/replay/run';
import type { ReplaySettings } from '@tidemark/core/replay/settings';
import {
  Chain,
  Choice,
  Condition,
  Errors,
  type IChainable,
  Parallel,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { caughtFailure, failed, refused } from './failure.ts';
import { knownSources, ofKnownSource } from './known-source.ts';
import { enableMappings } from './mappings.ts';
import { deletePipe } from './pipe.ts';
import { retryLong, retrySome } from './retrying.ts';
import { type Steps, step } from './step.ts';

export interface RunProps {
  readonly kind: Exclude<RunKind, 'prune' | 'restore'>;
  /** By source. */
  readonly sources: Readonly<Record<string, ReplaySettings>>;
  readonly replay: Steps;
  /** How a run ends that has switched. */
  readonly switched: RunOutcome;
  /**
   * Everything up to the commit point. It reads `$prepared` (the answer of `prepare`) and ends with
   * `{outcome, pipe, held, waitSeconds}`: what is left to clean up.
   */
  readonly untilSwitch: IChainable;
}

/**
 * A run, whole: lock, work up to the switch, and the way out of it, which is the same for every end. Whatever fails before the switch leads to
 * `abort`, which says on which side of the switch the run is; after it there is only forward.
 *
 *     input: RunRequest
 */
export function run(scope: Construct, props: RunProps): Chain {
  const { kind, sources, replay } = props;
  const prepare = retrySome(
    step(scope, 'Prepare', replay, {
      op: 'prepare',
      more: `{"kind": "${kind}", "execution": $states.context.Execution.Id, "request": $request}`,
      assign: { prepared: jsonata('$states.result.Payload') },
    }),
  );
  prepare.addCatch(refused(scope, 'Refused'), {
    errors: ['LockHeld', 'CannotUndo', 'BelowFloor', 'GenerationsUsedUp', 'BadCall'],
  });
  const untilSwitch = Parallel.jsonata(scope, 'Until the switch', {
    assign: {
      outcome: jsonata('$states.result[0].outcome'),
      made: jsonata('$states.result[0].pipe'),
      held: jsonata('$states.result[0].held'),
      waitSeconds: jsonata('$states.result[0].waitSeconds'),
      failure: null,
    },
  }).branch(props.untilSwitch);
  const leave = wayOut(scope, props);
  const abort = wayBack(scope, props, leave);
  const failure = { assign: { failure: caughtFailure } };
  prepare.addCatch(abort, { errors: [Errors.ALL], ...failure });
  untilSwitch.addCatch(abort, { errors: [Errors.ALL], ...failure });
  return Chain.start(knownSources(scope, sources)).next(ofKnownSource(scope, prepare.next(untilSwitch).next(leave)));
}

/** Aborts, unless the run has switched already, and goes the way out. */
function wayBack(scope: Construct, { replay, switched }: RunProps, leave: IChainable): IChainable {
  const abort = retryLong(
    step(scope, 'Abort', replay, {
      op: 'abort',
      more: '{"error": $failure}',
      assign: {
        made: jsonata('$exists($states.result.Payload.pipe) ? $states.result.Payload.pipe : null'),
        held: jsonata('$states.result.Payload.held'),
        waitSeconds: jsonata('$states.result.Payload.waitSeconds'),
        outcome: jsonata(
          `$states.result.Payload.switched ? "${switched}" : $failure.name = "Aborted" ? "cancelled" : "failed"`,
        ),
      },
    }),
  );
  return abort.next(
    Choice.jsonata(scope, 'Is anything left to do')
      .when(Condition.jsonata(jsonata('$states.input.aborted or $states.input.switched')), leave)
      .otherwise(failed(scope, 'The lock is lost')),
  );
}

/** After the switch, or with nothing switched: let live counting go, remove the pipe, correct, and end. */
function wayOut(scope: Construct, { replay, switched }: RunProps): IChainable {
  const enable = enableMappings(scope, 'Enable the mappings');
  const letGo = retryLong(step(scope, 'Let go', replay, { op: 'letGo' }));
  const correct = retryLong(step(scope, 'Correct the metrics', replay, { op: 'correct' }));
  const finish = retryLong(
    step(scope, 'Finish', replay, {
      op: 'finish',
      more: '$merge([{"outcome": $outcome}, $failure = null ? {} : {"error": $failure}])',
    }),
  );
  const ended = Choice.jsonata(scope, 'How did it end')
    .when(Condition.jsonata(jsonata('$outcome in ["failed", "cancelled"]')), failed(scope, 'Ended without a switch'))
    .otherwise(Succeed.jsonata(scope, 'Ended', { outputs: { run: jsonata('$run'), outcome: jsonata('$outcome') } }));
  finish.next(ended);
  const corrected = Choice.jsonata(scope, 'Correct the metrics?')
    .when(Condition.jsonata(jsonata('$states.input.done')), finish)
    .otherwise(correct);
  correct.next(corrected);
  // The metrics are a help: where they cannot be put right, the run ends all the same, and its item says how far it came.
  correct.addCatch(finish, { errors: [Errors.ALL] });
  const hasSwitched = Choice.jsonata(scope, 'Was anything switched')
    .when(Condition.jsonata(jsonata(`$outcome = "${switched}"`)), correct)
    .otherwise(finish);
  enable.next(letGo).next(deletePipe(scope, hasSwitched));
  // What readers remember of the timeline after a switch, or calls of the run that may be on their way after an abort; else nothing.
  return Wait.jsonata(scope, 'Wait for memories and late calls', {
    time: WaitTime.seconds(jsonata('$waitSeconds')),
  }).next(enable);
}
