import type { MappingSettings, StartingPosition } from '../../sources/settings.ts';
import type { Transform } from './transform.ts';

/** The members of `CreatePipe`, `UpdatePipe` and the template's resource that say what a pipe does, as they were given. */
export interface GivenPipe {
  readonly Description?: unknown;
  readonly RoleArn?: unknown;
  readonly Source?: unknown;
  readonly SourceParameters?: GivenSource;
  readonly Target?: unknown;
  readonly TargetParameters?: GivenTarget;
  readonly KmsKeyIdentifier?: unknown;
}

export interface GivenSource {
  readonly KinesisStreamParameters?: Given;
  readonly FilterCriteria?: Given;
}

export interface GivenTarget {
  readonly InputTemplate?: unknown;
  readonly LambdaFunctionParameters?: Given;
  readonly StepFunctionStateMachineParameters?: Given;
}

export type Given = Readonly<Record<string, unknown>>;

export type InvocationType = 'REQUEST_RESPONSE' | 'FIRE_AND_FORGET';

export interface PipeTarget {
  readonly kind: 'lambda' | 'states';
  readonly arn: string;
  readonly invocationType: InvocationType;
}

/** What a pipe does, read. */
export interface PipeDefinition {
  readonly roleArn: string;
  /** ARN of the stream. */
  readonly source: string;
  readonly startingPosition: StartingPosition;
  readonly settings: MappingSettings;
  readonly target: PipeTarget;
  /** Undefined where records are passed on as they are. */
  readonly transform: Transform | undefined;
}
