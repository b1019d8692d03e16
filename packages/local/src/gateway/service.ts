/** One AWS call as it reached the engine's port, already attributed and read whole. */
export interface AwsRequest {
  /** Signing name from the credential scope: `dynamodb`, `kinesis`, `s3`, `monitoring`, `lambda`, `cloudformation`, ... */
  readonly service: string;
  /** `UpdateItem`, `PutRecords`; for S3 the method and shape of the path, such as `PutObject`. */
  readonly operation: string;
  readonly method: string;
  /** Path without query string, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed where `content-encoding: gzip`. */
  readonly body: Buffer;
  /** From the credential scope; each function of the engine has its own, so that a call names its caller. Empty when unsigned. */
  readonly accessKeyId: string;
  readonly region: string;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** Each a `set-cookie` of its own. */
  readonly cookies?: readonly string[];
}

/** Answers the calls of one AWS service. A thrown error is the engine's own fault and becomes a 500. */
export interface Service {
  handle(request: AwsRequest): Promise<AwsResponse>;
}
