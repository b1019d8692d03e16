import { Map as MapState, Pass, ProvideItems, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { retrySome } from './retrying.ts';

/** A start that was delivered before: the run is there, or was. */
const startedBefore = 'Sfn.ExecutionAlreadyExistsException';

/** `20261120T033000Z-0a1b2c3d`, of the time that the schedule was due and the source, so that no start is made twice. */
const runId =
  '$fromMillis($toMillis($scheduled), "[Y0001][M01][D01]T[H01][m01][s01]Z") & "-" & $substring($hash($states.input, "SHA-256"), 0, 8)';

/** Starts a run of each of `$sources` that has a retention, as an execution of the same machine, and ends. */
export function startNightlyRuns(scope: Construct): Pass {
  const due = Pass.jsonata(scope, 'The sources that are due', {
    assign: { scheduled: jsonata('$states.input.scheduled') },
    outputs: {
      due: jsonata('[$keys($sources)[$count($keys($lookup($sources, $).retentionMs)) > 0]]'),
    },
  });
  const request = `{"run": ${runId}, "source": $states.input, "nightly": true, "startedBy": "schedule"}`;
  const start = retrySome(
    CallAwsService.jsonata(scope, 'Start the run', {
      service: 'sfn',
      action: 'startExecution',
      // The role of the machine lists what it may do: the states add nothing to it.
      iamResources: ['*'],
      parameters: {
        StateMachineArn: jsonata('$states.context.StateMachine.Id'),
        Name: jsonata(runId),
        Input: jsonata(`$string(${request})`),
      },
      outputs: { started: true },
    }),
    [startedBefore],
  );
  start.addCatch(Pass.jsonata(scope, 'It was started before', { outputs: { started: false } }), {
    errors: [startedBefore],
  });
  const each = MapState.jsonata(scope, 'Each source that is due', {
    items: ProvideItems.jsonata(jsonata('$states.input.due')),
  }).itemProcessor(start);
  due.next(each).next(Succeed.jsonata(scope, 'Started'));
  return due;
}
