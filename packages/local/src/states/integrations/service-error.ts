import { StateFailure } from '../failure.ts';
import type { SdkModule } from './sdk-services.ts';

/** How one integration names what its service answers. */
export interface ErrorNames {
  /** `DynamoDb` of `DynamoDb.ConditionalCheckFailedException`. */
  readonly prefix: string;
  /** For errors that are not of the service's own model, such as missing permissions: `DynamoDbException`. */
  readonly general: string;
  /** What the client knows the service by: stands in causes. */
  readonly service: string;
  /** The causes of integrations that Step Functions has for a service of its own are worded after an older SDK. */
  readonly style: 'sdk' | 'optimized';
}

interface ServiceError extends Error {
  readonly $metadata: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly extendedRequestId?: string;
  };
}

/** What a client threw, as the task's failure. Anything that is no answer of a service is the client's own exception. */
export function failureOf(error: unknown, names: ErrorNames, module: SdkModule): StateFailure {
  if (!(error instanceof Error)) return new StateFailure(`${names.prefix}.SdkClientException`, String(error));
  if (!isServiceError(error)) {
    const cause = `Unable to execute HTTP request: ${error.message || error.name}`;
    return new StateFailure(`${names.prefix}.SdkClientException`, cause);
  }
  const name = isModelled(error, module) ? exceptionName(error.name) : names.general;
  return new StateFailure(`${names.prefix}.${name}`, causeOf(error, names));
}

function isServiceError(error: Error): error is ServiceError {
  return '$fault' in error && '$metadata' in error;
}

/** Whether the service's model has an error of that name: then the client has a class for it. */
function isModelled(error: Error, module: SdkModule): boolean {
  const known = module[error.name];
  return typeof known === 'function' && error instanceof known;
}

/** `NoSuchKey` is `NoSuchKeyException`, `InternalServerFault` is `InternalServerException`. */
function exceptionName(name: string): string {
  return name.endsWith('Exception') ? name : `${name.replace(/Fault$/, '')}Exception`;
}

function causeOf({ message, name, $metadata }: ServiceError, { service, style }: ErrorNames): string {
  const { httpStatusCode, requestId = '', extendedRequestId } = $metadata;
  if (style === 'sdk') {
    const extended = extendedRequestId === undefined ? '' : `, Extended Request ID: ${extendedRequestId}`;
    return `${message} (Service: ${service}, Status Code: ${httpStatusCode}, Request ID: ${requestId}${extended})`;
  }
  return `${message} (Service: ${service}; Status Code: ${httpStatusCode}; Error Code: ${name}; Request ID: ${requestId}; Proxy: null)`;
}
