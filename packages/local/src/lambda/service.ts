import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { lambdaOperation } from '../gateway/lambda-operation.ts';
import type { AwsRequest, AwsResponse, Service } from '../gateway/service.ts';
import { describeMapping } from '../sources/describe.ts';
import type { EventSourceMapping } from '../sources/mapping.ts';
import type { EventSourceMappings } from '../sources/mappings.ts';
import { readSettings } from '../sources/settings.ts';
import { failureResponse, ServiceFailure } from '../wire/failure.ts';
import { type AsynchronousInvocations, asynchronousBytesMax } from './asynchronous.ts';
import type { FunctionDefinition } from './definition.ts';
import { describeFunction } from './describe.ts';
import type { LambdaHost } from './host.ts';
import { InvokeFault } from './invocation.ts';
import { isJson, nameOf, parseObject } from './request.ts';
import type { FunctionUrls } from './url/function-urls.ts';

export interface LambdaServiceOptions {
  readonly host: LambdaHost;
  readonly asynchronous: AsynchronousInvocations;
  readonly mappings: EventSourceMappings;
  readonly functionUrls: FunctionUrls;
  readonly clock: Clock;
}

type Operation = (request: AwsRequest) => AwsResponse | Promise<AwsResponse>;

const faultStatus: Readonly<Record<InvokeFault['code'], number>> = {
  TooManyRequestsException: 429,
  ResourceNotFoundException: 404,
  RequestTooLargeException: 413,
};
/** Bytes of log that an invocation's answer carries on request. */
const tailBytesMax = 4096;

/** Lambda's API, as far as functions that a template deploys need one: invoking, looking, and steering mappings. */
export class LambdaService implements Service {
  readonly #options: LambdaServiceOptions;
  readonly #operations: Readonly<Record<string, Operation>>;

  constructor(options: LambdaServiceOptions) {
    this.#options = options;
    this.#operations = {
      Invoke: (request) => this.#invoke(request),
      GetFunction: (request) =>
        json(200, { Configuration: describeFunction(this.#function(request)), ...this.#rest(request) }),
      GetFunctionConfiguration: (request) => json(200, describeFunction(this.#function(request))),
      GetFunctionConcurrency: (request) => json(200, concurrencyOf(this.#function(request))),
      GetFunctionUrlConfig: (request) => this.#functionUrl(request),
      ListFunctions: ({ query }) =>
        json(200, page('Functions', this.#options.host.definitions.map(describeFunction), query)),
      GetEventSourceMapping: (request) => json(200, describeMapping(this.#mapping(request))),
      ListEventSourceMappings: ({ query }) => json(200, page('EventSourceMappings', this.#listed(query), query)),
      UpdateEventSourceMapping: (request) => this.#updateMapping(request),
    };
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const name = lambdaOperation(request.method, request.path);
    const operation = Object.hasOwn(this.#operations, name) ? this.#operations[name] : undefined;
    if (operation === undefined) {
      const known = Object.keys(this.#operations).sort().join(', ');
      const asked = name === '' ? `${request.method} ${request.path}` : name;
      const message = `The local engine does not serve ${asked} of Lambda; it serves ${known}`;
      return failureResponse(request, { code: 'UnknownOperationException', message, status: 501 });
    }
    try {
      return await operation(request);
    } catch (error) {
      if (error instanceof ServiceFailure) return failureResponse(request, error.failure);
      if (!(error instanceof InvokeFault)) throw error;
      const status = faultStatus[error.code];
      return failureResponse(request, { code: error.code, message: error.message, status });
    }
  }

  async #invoke(request: AwsRequest): Promise<AwsResponse> {
    const { host, asynchronous } = this.#options;
    const { functionName } = this.#function(request);
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    const event = request.body.length === 0 ? Buffer.from('{}') : request.body;
    if (!isJson(event)) {
      throw new ServiceFailure({
        code: 'InvalidRequestContentException',
        message: 'Could not parse request body into json',
      });
    }
    const context = request.headers['x-amz-client-context'];
    const options = context === undefined ? {} : { clientContext: context };
    if (type === 'DryRun') return { status: 204, headers: {}, body: '' };
    if (type === 'Event') {
      if (event.length > asynchronousBytesMax) throw tooLarge(event.length);
      return { status: 202, headers: { 'x-amzn-requestid': asynchronous.add(functionName, event, options) }, body: '' };
    }
    if (type !== 'RequestResponse') throw invalid(`InvocationType: ${type} is none of RequestResponse, Event, DryRun`);
    const { requestId, body, failure, lines } = await host.run(functionName, event, options);
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amz-executed-version': '$LATEST',
    };
    if (failure !== undefined) headers['x-amz-function-error'] = 'Unhandled';
    if (request.headers['x-amz-log-type'] === 'Tail') {
      headers['x-amz-log-result'] = Buffer.from(`${lines.join('\n')}\n`)
        .subarray(-tailBytesMax)
        .toString('base64');
    }
    return { status: 200, headers, body };
  }

  #functionUrl(request: AwsRequest): AwsResponse {
    const { functionName } = this.#function(request);
    const found = this.#options.functionUrls.of(functionName);
    if (found === undefined) {
      const message = 'The resource you requested does not exist.';
      throw new ServiceFailure({ code: 'ResourceNotFoundException', message, status: 404 });
    }
    const time = new Date(found.createdMs).toISOString();
    return json(200, {
      ...{ FunctionUrl: found.url, FunctionArn: found.functionArn, AuthType: 'NONE', InvokeMode: 'BUFFERED' },
      ...{ CreationTime: time, LastModifiedTime: time },
    });
  }

  #updateMapping(request: AwsRequest): AwsResponse {
    const mapping = this.#mapping(request);
    const { Enabled: enabled, FunctionName: functionName, ...changes } = parseObject(request.body);
    if (functionName !== undefined && nameOf(String(functionName)) !== mapping.options.functionName) {
      throw invalid('FunctionName: the local engine does not move a mapping to another function');
    }
    const unknown = Object.keys(changes).filter((name) => !changeable.has(name));
    if (unknown.length > 0) throw invalid(`${unknown.join(', ')}: not supported by the local engine`);
    const read = readSettings(changes, mapping.settings);
    if (!read.ok) throw invalid(read.mistakes.join('; '));
    if (mapping.isInTransition) {
      const message = `Cannot update the event source mapping because it is in use. State: ${mapping.state}`;
      throw new ServiceFailure({ code: 'ResourceInUseException', message, status: 400 });
    }
    mapping.update(typeof enabled === 'boolean' ? enabled : mapping.state === 'Enabled', read.settings);
    return json(202, describeMapping(mapping));
  }

  #function({ path }: AwsRequest): FunctionDefinition {
    return this.#options.host.definition(nameOf(decodeURIComponent(path.split('/')[3] ?? '')));
  }

  #mapping({ path }: AwsRequest): EventSourceMapping {
    const mapping = this.#options.mappings.get(path.split('/')[3] ?? '');
    if (mapping !== undefined) return mapping;
    throw new ServiceFailure({
      code: 'ResourceNotFoundException',
      message: 'The resource you requested does not exist.',
      status: 404,
    });
  }

  #listed(query: URLSearchParams) {
    const functionName = query.get('FunctionName');
    const arn = query.get('EventSourceArn');
    return this.#options.mappings
      .list()
      .filter(({ options }) => functionName === null || options.functionName === nameOf(functionName))
      .filter(({ options }) => arn === null || options.source.arn === arn)
      .map(describeMapping);
  }

  #rest(request: AwsRequest): object {
    const definition = this.#function(request);
    const { reservedConcurrency } = definition;
    const Code = { RepositoryType: 'Local', Location: definition.codeFolder };
    return { Code, ...(reservedConcurrency === undefined ? {} : { Concurrency: concurrencyOf(definition) }) };
  }
}

const changeable = new Set([
  ...['BatchSize', 'MaximumBatchingWindowInSeconds', 'MaximumRetryAttempts', 'MaximumRecordAgeInSeconds'],
  ...['BisectBatchOnFunctionError', 'FunctionResponseTypes', 'DestinationConfig', 'FilterCriteria'],
  ...['ParallelizationFactor', 'TumblingWindowInSeconds', 'UUID'],
]);

function concurrencyOf({ reservedConcurrency }: FunctionDefinition): object {
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
}

/** `Marker` is the index to go on from. */
function page(member: string, items: readonly object[], query: URLSearchParams): object {
  const from = Number(query.get('Marker') ?? 0);
  const to = from + Number(query.get('MaxItems') ?? 50);
  return { [member]: items.slice(from, to), ...(to < items.length ? { NextMarker: String(to) } : {}) };
}

function invalid(message: string): ServiceFailure {
  return new ServiceFailure({ code: 'InvalidParameterValueException', message });
}

function tooLarge(bytes: number): InvokeFault {
  const message = `${bytes} byte payload is too large for the Event invocation type (limit ${asynchronousBytesMax} bytes)`;
  return new InvokeFault('RequestTooLargeException', message);
}

function json(status: number, body: object): AwsResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}
