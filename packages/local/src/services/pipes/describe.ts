import type { GivenPipe, PipeDefinition } from './definition.ts';
import type { Pipe } from './pipe.ts';

/** A pipe as `DescribePipe` shows it: with the defaults of what was not given. Times are seconds since the epoch. */
export function describePipe(pipe: Pipe): object {
  const { given, definition, tags } = pipe;
  const { Description, KmsKeyIdentifier, TargetParameters } = given;
  return {
    ...summaryOf(pipe),
    Description,
    KmsKeyIdentifier,
    RoleArn: definition.roleArn,
    SourceParameters: sourceParameters(given, definition),
    TargetParameters: {
      ...(TargetParameters?.InputTemplate ? { InputTemplate: TargetParameters.InputTemplate } : {}),
      [definition.target.kind === 'lambda' ? 'LambdaFunctionParameters' : 'StepFunctionStateMachineParameters']: {
        InvocationType: definition.target.invocationType,
      },
    },
    Tags: tags,
  };
}

/** The same as `ListPipes` shows it. */
export function summaryOf(pipe: Pipe): object {
  const { definition } = pipe;
  return {
    ...transitionOf(pipe),
    StateReason: pipe.stateReason,
    Source: definition.source,
    Target: definition.target.arn,
  };
}

/** What the calls that change a pipe answer. */
export function transitionOf({ identity, desired, state, modifiedMs }: Pipe): object {
  return {
    Arn: identity.arn,
    Name: identity.name,
    DesiredState: desired,
    CurrentState: state,
    CreationTime: identity.createdMs / 1000,
    LastModifiedTime: modifiedMs / 1000,
  };
}

function sourceParameters(
  { SourceParameters }: GivenPipe,
  { settings, startingPosition: start }: PipeDefinition,
): object {
  const { OnFailureDestination: Arn } = settings;
  return {
    ...(SourceParameters?.FilterCriteria === undefined ? {} : { FilterCriteria: SourceParameters.FilterCriteria }),
    KinesisStreamParameters: {
      StartingPosition: start.at === 'TIMESTAMP' ? 'AT_TIMESTAMP' : start.at,
      ...(start.at === 'TIMESTAMP' ? { StartingPositionTimestamp: start.timestampMs / 1000 } : {}),
      BatchSize: settings.BatchSize,
      MaximumBatchingWindowInSeconds: settings.MaximumBatchingWindowInSeconds,
      MaximumRecordAgeInSeconds: settings.MaximumRecordAgeInSeconds,
      MaximumRetryAttempts: settings.MaximumRetryAttempts,
      ParallelizationFactor: 1,
      ...(settings.BisectBatchOnFunctionError ? { OnPartialBatchItemFailure: 'AUTOMATIC_BISECT' } : {}),
      ...(Arn === undefined ? {} : { DeadLetterConfig: { Arn } }),
    },
  };
}
