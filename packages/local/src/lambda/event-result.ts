import { randomUUID } from 'node:crypto';
import type { DestinationContent } from '../sources/send-to-destination.ts';
import type { Invocation } from './execute.ts';

/** How an invocation that nobody waited for ended. */
export interface EventResult {
  readonly functionName: string;
  readonly functionArn: string;
  readonly requestId: string;
  /** JSON. */
  readonly event: Buffer;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  readonly invocations: number;
  /** The latest; undefined where the function never ran. */
  readonly invocation: Invocation | undefined;
  /** Engine time. */
  readonly nowMs: number;
}

/** What Lambda tells a destination of it. */
export function eventResultContent(result: EventResult): DestinationContent {
  const { functionName, functionArn, requestId, event, condition, invocations, invocation, nowMs } = result;
  const response =
    invocation === undefined
      ? {}
      : {
          responseContext: {
            ...{ statusCode: 200, executedVersion: '$LATEST' },
            ...(invocation.failure === undefined ? {} : { functionError: 'Unhandled' }),
          },
          responsePayload: JSON.parse(invocation.body.toString('utf8')) as unknown,
        };
  const time = new Date(nowMs).toISOString();
  const message = JSON.stringify({
    ...{ version: '1.0', timestamp: time },
    requestContext: {
      ...{ requestId, functionArn: `${functionArn}:$LATEST`, condition, approximateInvokeCount: invocations },
    },
    requestPayload: JSON.parse(event.toString('utf8')) as unknown,
    ...response,
  });
  const day = time.slice(0, 10).replaceAll('-', '/');
  const second = time.slice(0, 19).replaceAll(':', '.');
  return {
    message,
    object: { key: `aws/lambda/async/${functionName}/${day}/${second}-${randomUUID()}`, text: message },
  };
}
