/** What a pipe is beside what it does; kept, and the same after a restart. */
export interface PipeIdentity {
  readonly name: string;
  readonly arn: string;
  /** Another for every pipe that ever had the name: it keeps its positions under it. */
  readonly id: string;
  /** Engine time. */
  readonly createdMs: number;
  /** Whether the template made it. */
  readonly isOfTemplate: boolean;
}
