import { Chain, Choice, Condition, Fail, type IChainable, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { giveUpHold } from './hold-end.ts';
import { retryLong, retrySome } from './retrying.ts';

const byRole = { service: 'pipes', iamResources: ['*'] };

/** It exists already, or is in a transition. */
const conflict = 'Pipes.ConflictException';
const notFound = 'Pipes.NotFoundException';

/** For people. */
const pipeState = '"The pipe " & $pipe & " is " & $states.input.CurrentState & ": " & $states.input.StateReason';

/**
 * How a pipe hands on its records: each with the pipe's name, so that a recount knows whose it is. The record is the event as the
 * pipe got it, data in base64; `aws.pipes.event.json` would be the same with data that are JSON decoded, and so written anew.
 */
const inputTemplate = '{"pipe": <aws.pipes.pipe-name>, "record": <aws.pipes.event>}';

/** Two megabytes: a second of what a shard gives, and well below the 6 MB that Lambda takes. */
const batchSize = 2000;

/** Makes the pipe `$pipe` that begins at `$start`, and waits until it runs. One that is there already was made by an earlier try. */
export function startPipe(scope: Construct): Chain {
  const create = retrySome(
    CallAwsService.jsonata(scope, 'Make the pipe', {
      ...byRole,
      action: 'createPipe',
      parameters: {
        Name: jsonata('$pipe'),
        Description: jsonata('"Recounts " & $source & " for run " & $run'),
        RoleArn: jsonata('$settings.pipeRoleArn'),
        Source: jsonata('$settings.streamArn'),
        SourceParameters: {
          KinesisStreamParameters: jsonata(
            `$merge([$start, {"BatchSize": ${batchSize}, "MaximumBatchingWindowInSeconds": 1, "ParallelizationFactor": 1, "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1}])`,
          ),
        },
        Target: jsonata('$settings.recountFunction'),
        TargetParameters: {
          InputTemplate: inputTemplate,
          LambdaFunctionParameters: { InvocationType: 'REQUEST_RESPONSE' },
        },
      },
    }),
    [conflict],
  );
  const look = describe(scope, 'Does the pipe run');
  create.next(look);
  create.addCatch(look, { errors: [conflict] });
  const runs = Pass.jsonata(scope, 'The pipe runs');
  const isRunning = Choice.jsonata(scope, 'Running or not')
    .when(Condition.jsonata(jsonata("$states.input.CurrentState = 'RUNNING'")), runs)
    .when(
      Condition.jsonata(jsonata("$states.input.CurrentState in ['CREATING', 'STARTING', 'UPDATING']")),
      pause(scope, 'Wait for the pipe to run', 15).next(look),
    )
    .otherwise(failed(scope, 'The pipe does not run'));
  look.next(isRunning);
  return Chain.custom(create, [runs], runs);
}

/** Stops the pipe and waits until what it had begun is over. */
export function stopPipe(scope: Construct): Chain {
  const stop = retrySome(
    CallAwsService.jsonata(scope, 'Stop the pipe', {
      ...byRole,
      action: 'stopPipe',
      parameters: { Name: jsonata('$pipe') },
    }),
    [conflict],
  );
  const look = describe(scope, 'Has the pipe stopped');
  stop.next(look);
  // Stopped already, or on its way: a try before this one was heard.
  stop.addCatch(look, { errors: [conflict] });
  const drain = Wait.jsonata(scope, 'Drain the recount', {
    time: WaitTime.seconds(jsonata('$settings.recountDrainSeconds')),
  });
  const hasStopped = Choice.jsonata(scope, 'Stopped or not').when(
    Condition.jsonata(jsonata("$states.input.CurrentState = 'STOPPED'")),
    drain,
  );
  giveUpHold(scope, 'The pipe has not stopped', hasStopped, pipeState);
  hasStopped
    .when(
      Condition.jsonata(jsonata("$states.input.CurrentState = 'STOPPING'")),
      pause(scope, 'Wait for the pipe to stop', 5).next(look),
    )
    // Running still, where the call that stops it met a transition.
    .when(
      Condition.jsonata(jsonata("$states.input.CurrentState in ['RUNNING', 'STARTING', 'UPDATING']")),
      pause(scope, 'Wait to stop the pipe', 5).next(stop),
    )
    .otherwise(failed(scope, 'The pipe does not stop'));
  look.next(hasStopped);
  return Chain.custom(stop, [drain], drain);
}

/** Deletes the pipe `$made`, where there is one, and goes on to `next` when it is gone. */
export function deletePipe(scope: Construct, next: IChainable): Choice {
  const remove = retryLong(
    CallAwsService.jsonata(scope, 'Delete the pipe', {
      ...byRole,
      action: 'deletePipe',
      parameters: { Name: jsonata('$made') },
    }),
    [conflict, notFound],
  );
  const look = describe(scope, 'Is the pipe gone', '$made', retryLong);
  const gone = Pass.jsonata(scope, 'The pipe is gone');
  gone.next(next);
  remove.addCatch(gone, { errors: [notFound] });
  remove.addCatch(look, { errors: [conflict] });
  look.addCatch(gone, { errors: [notFound] });
  const isDeleting = Choice.jsonata(scope, 'Deleting or not')
    .when(
      Condition.jsonata(jsonata("$states.input.CurrentState = 'DELETING'")),
      pause(scope, 'Wait for the pipe to go', 5).next(look),
    )
    .otherwise(pause(scope, 'Wait to delete the pipe', 15).next(remove));
  remove.next(look);
  look.next(isDeleting);
  return Choice.jsonata(scope, 'Is there a pipe')
    .when(Condition.jsonata(jsonata('$made != null')), remove)
    .otherwise(gone);
}

function describe(scope: Construct, id: string, pipe = '$pipe', retrying = retrySome): CallAwsService {
  const look = CallAwsService.jsonata(scope, id, {
    ...byRole,
    action: 'describePipe',
    parameters: { Name: jsonata(pipe) },
    outputs: {
      CurrentState: jsonata('$states.result.CurrentState'),
      StateReason: jsonata("$exists($states.result.StateReason) ? $states.result.StateReason : 'no reason given'"),
    },
  });
  // What is not there is not waited for.
  return retrying(look, [notFound]);
}

function pause(scope: Construct, id: string, seconds: number): Wait {
  return Wait.jsonata(scope, id, { time: WaitTime.duration(Duration.seconds(seconds)) });
}

function failed(scope: Construct, id: string): Fail {
  return Fail.jsonata(scope, id, {
    error: 'PipeFailed',
    cause: jsonata(pipeState),
  });
}
