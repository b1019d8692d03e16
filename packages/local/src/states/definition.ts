/** A state machine's definition that `readDefinition` has found whole: JSONata throughout, and nothing the engine does not know. */
export interface StateMachineDefinition extends StateBlock {
  readonly Comment?: string;
  readonly QueryLanguage?: 'JSONata';
  readonly Version?: string;
  readonly TimeoutSeconds?: number;
}

/** States that run after one another: a machine, a branch, or the processor of a map. */
export interface StateBlock {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

/** Any JSON in which strings of the form `{% ... %}` are expressions. */
export type Template = unknown;
/** A number, or an expression that comes to one. */
export type NumberField = number | string;

export interface StateFields {
  readonly Comment?: string;
  readonly QueryLanguage?: 'JSONata';
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
}

export interface TransitionFields {
  readonly Next?: string;
  readonly End?: boolean;
}

export interface RecoveryFields {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Retrier {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
}

export interface PassState extends StateFields, TransitionFields {
  readonly Type: 'Pass';
}

export interface TaskState extends StateFields, TransitionFields, RecoveryFields {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments?: Template;
  readonly TimeoutSeconds?: NumberField;
  readonly HeartbeatSeconds?: NumberField;
  readonly Credentials?: { readonly RoleArn: string };
}

export interface ChoiceRule {
  readonly Comment?: string;
  readonly Condition: string;
  readonly Next: string;
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
}

export interface ChoiceState extends StateFields {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface WaitState extends StateFields, TransitionFields {
  readonly Type: 'Wait';
  readonly Seconds?: NumberField;
  readonly Timestamp?: string;
}

export interface SucceedState extends StateFields {
  readonly Type: 'Succeed';
}

export interface FailState {
  readonly Type: 'Fail';
  readonly Comment?: string;
  readonly QueryLanguage?: 'JSONata';
  readonly Error?: string;
  readonly Cause?: string;
}

export interface ParallelState extends StateFields, TransitionFields, RecoveryFields {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateBlock[];
  readonly Arguments?: Template;
}

export interface MapState extends StateFields, TransitionFields, RecoveryFields {
  readonly Type: 'Map';
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly ItemProcessor: ProcessorDefinition;
  readonly MaxConcurrency?: NumberField;
  readonly ToleratedFailureCount?: NumberField;
  readonly ToleratedFailurePercentage?: NumberField;
  /** Of distributed maps alone; read by whoever runs them. */
  readonly ItemReader?: Readonly<Record<string, unknown>>;
  readonly ItemBatcher?: Readonly<Record<string, unknown>>;
  readonly ResultWriter?: Readonly<Record<string, unknown>>;
  readonly Label?: string;
}

export interface ProcessorDefinition extends StateBlock {
  readonly Comment?: string;
  readonly ProcessorConfig?: {
    readonly Mode?: 'INLINE' | 'DISTRIBUTED';
    readonly ExecutionType?: 'STANDARD' | 'EXPRESS';
  };
}

/** The ending of resources whose task ends when its token comes back. */
const tokenEnding = '.waitForTaskToken';

export function waitsForToken(resource: string): boolean {
  return resource.endsWith(tokenEnding);
}

/** The resource without its integration pattern: what is to be called. */
export function calledResource(resource: string): string {
  return waitsForToken(resource) ? resource.slice(0, -tokenEnding.length) : resource;
}
