import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { WireRequest } from '../../gateway/attribute.ts';
import type { AwsResponse } from '../../gateway/service.ts';
import type { LambdaHost } from '../host.ts';
import { InvokeFault } from '../invocation.ts';
import type { Permissions } from '../permissions.ts';
import { urlEvent } from './event.ts';
import { badGateway, urlResponse } from './response.ts';

export interface FunctionUrl {
  readonly functionName: string;
  readonly functionArn: string;
  readonly urlId: string;
  /** Ends with a slash. */
  readonly url: string;
  /** Engine time. */
  readonly createdMs: number;
}

export interface FunctionUrlsOptions {
  readonly host: LambdaHost;
  readonly permissions: Permissions;
  readonly clock: Clock;
  /** The engine's. */
  readonly endpoint: () => string;
}

const prefix = '/lambda-url/';

/** The functions' own addresses on the engine's port: `http://127.0.0.1:PORT/lambda-url/ID/`. */
export class FunctionUrls {
  readonly #options: FunctionUrlsOptions;
  readonly #byId = new Map<string, FunctionUrl>();

  constructor(options: FunctionUrlsOptions) {
    this.#options = options;
  }

  /** The id is the same on every start, the port may be another. */
  add(functionName: string): FunctionUrl {
    const { host, clock, endpoint } = this.#options;
    const { functionArn } = host.definition(functionName);
    const urlId = createHash('sha256').update(functionArn).digest('hex').slice(0, 32);
    const url = `${endpoint()}${prefix}${urlId}/`;
    const made = { functionName, functionArn, urlId, url, createdMs: clock.now() };
    this.#byId.set(urlId, made);
    return made;
  }

  remove(urlId: string): void {
    this.#byId.delete(urlId);
  }

  of(functionName: string): FunctionUrl | undefined {
    return [...this.#byId.values()].find((each) => each.functionName === functionName);
  }

  /** The function's answer; undefined for a request that is to no function URL. */
  async handle(request: WireRequest): Promise<AwsResponse | undefined> {
    const asked = addressed(request);
    if (asked === undefined) return undefined;
    const found = this.#byId.get(asked.urlId);
    if (found === undefined) return json(404, 'ResourceNotFoundException', { Message: null });
    const { host, permissions, clock } = this.#options;
    if (!permissions.allowsUrl(found.functionName)) {
      return json(403, 'AccessDeniedException', {
        Message:
          'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
      });
    }
    const requestId = randomUUID();
    const event = urlEvent(request, { ...asked, requestId, nowMs: clock.now() });
    try {
      const { body, failure } = await host.run(found.functionName, event, { requestId });
      const answer = failure === undefined ? urlResponse(body) : badGateway;
      return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': requestId } };
    } catch (error) {
      if (!(error instanceof InvokeFault)) throw error;
      if (error.code === 'TooManyRequestsException') {
        return json(429, error.code, { Reason: 'CallerRateLimitExceeded', Type: 'User', message: error.message });
      }
      return json(413, error.code, { message: error.message });
    }
  }
}

/** `/lambda-url/ID/path` of any host, or any path of `ID.lambda-url.REGION.localhost`. */
function addressed({ url, headers }: WireRequest): { readonly urlId: string; readonly url: string } | undefined {
  const ofHost = /^([0-9a-z]+)\.lambda-url\.[\w-]+\.localhost(?::\d+)?$/.exec(headers.host ?? '')?.[1];
  if (ofHost !== undefined) return { urlId: ofHost, url };
  const [, urlId, rest = ''] = /^\/lambda-url\/([0-9a-f]{32})(?=$|[/?])(.*)$/s.exec(url) ?? [];
  if (urlId === undefined) return undefined;
  return { urlId, url: rest.startsWith('/') ? rest : `/${rest}` };
}

function json(status: number, type: string, value: object): AwsResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
    body: JSON.stringify(value),
  };
}
