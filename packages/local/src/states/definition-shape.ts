import { listOf, type Members, object, only, type Shape, used, withoutEffect } from '../template/shape.ts';

/** What the engine does with each field of a definition. Fields that are missing here are refused by name. */

const comment = withoutEffect('it is for readers');
const language = used;
const end = used;

const retrier = object({
  Comment: comment,
  ErrorEquals: used,
  IntervalSeconds: used,
  MaxAttempts: used,
  BackoffRate: used,
  MaxDelaySeconds: used,
  JitterStrategy: only(['FULL', 'NONE'], 'Step Functions has no others'),
});
const catcher = object({ Comment: comment, ErrorEquals: used, Next: used, Output: used, Assign: used });

const every: Members = { Type: used, Comment: comment, QueryLanguage: language };
const withOutput: Members = { ...every, Output: used };
const withAssign: Members = { ...withOutput, Assign: used };
const onward: Members = { ...withAssign, Next: used, End: end };
const recovering: Members = { ...onward, Retry: listOf(retrier), Catch: listOf(catcher) };

/** The fields of each type of state. */
export const stateShapes: Readonly<Record<string, Shape>> = {
  Pass: object(onward),
  Task: object({
    ...recovering,
    Resource: used,
    Arguments: used,
    TimeoutSeconds: used,
    HeartbeatSeconds: used,
    Credentials: object({ RoleArn: used }),
  }),
  Choice: object({
    ...withAssign,
    Choices: listOf(object({ Comment: comment, Condition: used, Next: used, Output: used, Assign: used })),
    Default: used,
  }),
  Wait: object({ ...onward, Seconds: used, Timestamp: used }),
  Succeed: object(withOutput),
  Fail: object({ ...every, Error: used, Cause: used }),
  Parallel: object({ ...recovering, Branches: used, Arguments: used }),
  Map: object({
    ...recovering,
    Items: used,
    ItemSelector: used,
    ItemProcessor: used,
    MaxConcurrency: used,
    ToleratedFailureCount: used,
    ToleratedFailurePercentage: used,
    ItemReader: used,
    ItemBatcher: used,
    ResultWriter: used,
    Label: used,
  }),
};

const block: Members = { Comment: comment, StartAt: used, States: used };

export const machineShape: Shape = object({
  ...block,
  QueryLanguage: language,
  Version: only(['1.0'], 'the language has no other'),
  TimeoutSeconds: used,
});

export const branchShape: Shape = object(block);

export const processorShape: Shape = object({
  ...block,
  ProcessorConfig: object({
    Mode: only(['INLINE', 'DISTRIBUTED'], 'Step Functions has no others'),
    ExecutionType: only(['STANDARD', 'EXPRESS'], 'Step Functions has no others'),
  }),
});

/** Fields that only JSONPath has; they are refused as such. */
export const jsonPathFields: ReadonlySet<string> = new Set([
  'InputPath',
  'OutputPath',
  'Parameters',
  'Result',
  'ResultPath',
  'ResultSelector',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
  'ErrorPath',
  'CausePath',
  'Variable',
]);
