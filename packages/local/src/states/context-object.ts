/** What is the same for a whole execution. Times are ISO 8601 in engine time. */
export interface ExecutionContext {
  readonly Execution: {
    /** The execution's ARN. */
    readonly Id: string;
    readonly Name: string;
    readonly Input: unknown;
    readonly RoleArn: string;
    readonly StartTime: string;
    readonly RedriveCount?: number;
    readonly RedriveTime?: string;
  };
  readonly StateMachine: {
    /** The state machine's ARN. */
    readonly Id: string;
    readonly Name: string;
  };
}

/** `$states.context`, as a state sees it. */
export interface ContextObject extends ExecutionContext {
  readonly State?: { readonly Name: string; readonly EnteredTime: string; readonly RetryCount: number };
  /** In states that wait for a token alone. */
  readonly Task?: { readonly Token: string };
  /** In the `ItemSelector` of a map, and in the states of an inline map's iterations. */
  readonly Map?: {
    /** `Key` where the items are those of an object. */
    readonly Item: { readonly Index: number; readonly Value: unknown; readonly Key?: string };
  };
}
