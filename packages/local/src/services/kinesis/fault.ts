/** The error types of the Kinesis API that this server answers with. */
export type FaultType =
  | 'ExpiredIteratorException'
  | 'ExpiredNextTokenException'
  | 'InvalidArgumentException'
  | 'LimitExceededException'
  | 'ProvisionedThroughputExceededException'
  | 'ResourceInUseException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'ValidationException';

/** What a caller did wrong, as Kinesis tells it: HTTP status 400 and a body of `__type` and `message`. */
export class KinesisFault extends Error {
  readonly type: FaultType;

  constructor(type: FaultType, message: string) {
    super(message);
    this.name = type;
    this.type = type;
  }
}
