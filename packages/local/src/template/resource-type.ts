import type { Members } from './shape.ts';

export interface CreateRequest {
  readonly logicalId: string;
  /** Resolved, and allowed by the type's members. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Of the cloud assembly, absolute. */
  readonly directory: string;
  /** A name for a resource whose properties give none, at most so many characters long; the same on every start. */
  readonly generatedName: (charactersMax: number) => string;
}

export interface CreatedResource {
  /** What `Ref` gives. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
  stop?(): Promise<void>;
}

/** How the engine runs one CloudFormation resource type. */
export interface ResourceType {
  /** Every property that it knows; all others are refused. */
  readonly members: Members;
  create(request: CreateRequest): Promise<CreatedResource>;
}
