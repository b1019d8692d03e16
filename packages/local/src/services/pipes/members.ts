import { listOf, type Members, object, only, used, withoutEffect } from '../../template/shape.ts';

const kinesis: Members = {
  BatchSize: used,
  DeadLetterConfig: object({ Arn: used }),
  OnPartialBatchItemFailure: used,
  MaximumBatchingWindowInSeconds: used,
  MaximumRecordAgeInSeconds: used,
  MaximumRetryAttempts: used,
  ParallelizationFactor: used,
};

const filters = object({ Filters: listOf(object({ Pattern: used })) });

const common: Members = {
  Description: used,
  DesiredState: used,
  RoleArn: used,
  Target: used,
  TargetParameters: object({
    InputTemplate: used,
    LambdaFunctionParameters: object({ InvocationType: used }),
    StepFunctionStateMachineParameters: object({ InvocationType: used }),
  }),
  KmsKeyIdentifier: withoutEffect('nothing is encrypted'),
  LogConfiguration: object({ Level: only(['OFF'], 'pipes write no log') }),
};

/** Everything that `CreatePipe` and the template's resource may say; what is not named is refused. */
export const createMembers: Members = {
  ...common,
  Name: used,
  Source: used,
  SourceParameters: object({
    FilterCriteria: filters,
    KinesisStreamParameters: object({ ...kinesis, StartingPosition: used, StartingPositionTimestamp: used }),
  }),
  Tags: used,
};

/** The same of `UpdatePipe`: source and start of a pipe stay as they are. */
export const updateMembers: Members = {
  ...common,
  SourceParameters: object({ FilterCriteria: filters, KinesisStreamParameters: object(kinesis) }),
};
