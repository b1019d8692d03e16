/** A resource of the engine, other than a function, that calls AWS in the name of a role. */
export interface Principal {
  readonly kind: 'state machine' | 'pipe';
  /** The resource's own name: what faults, the meter and messages call the caller. */
  readonly name: string;
  readonly roleArn: string;
}
