import { sdkServices } from './sdk-services.ts';
import { pascal } from './shape.ts';

/** What a task's resource names, read. */
export interface Integration {
  /** `lambda`, `aws-sdk:dynamodb`: as histories write it. */
  readonly resourceType: string;
  /** The client that makes the call. */
  readonly service: string;
  /** `PutItem` */
  readonly operation: string;
  /** Whether Step Functions has the integration for this service, with shapes and error names of its own. */
  readonly isOptimized: boolean;
  /** Where the resource is a function itself: its arguments are the event, its answer is the result. */
  readonly functionArn?: string;
  /** What the task waits for: the answer, its token, or the end of what it started, whose result it gives as text or as JSON. */
  readonly waitsFor: 'answer' | 'token' | 'end with text' | 'end with JSON';
}

export type IntegrationResult =
  | { readonly ok: true; readonly integration: Integration }
  /** Follows the resource's name. */
  | { readonly ok: false; readonly refusal: string };

/** The actions that Step Functions has integrations of its own for, with the ways of waiting that each has. */
const optimized: Readonly<Record<string, { readonly service: string; readonly endings: readonly string[] }>> = {
  'dynamodb:deleteItem': { service: 'dynamodb', endings: [''] },
  'dynamodb:getItem': { service: 'dynamodb', endings: [''] },
  'dynamodb:putItem': { service: 'dynamodb', endings: [''] },
  'dynamodb:updateItem': { service: 'dynamodb', endings: [''] },
  'events:putEvents': { service: 'eventbridge', endings: ['', '.waitForTaskToken'] },
  'lambda:invoke': { service: 'lambda', endings: ['', '.waitForTaskToken'] },
  'sns:publish': { service: 'sns', endings: ['', '.waitForTaskToken'] },
  'sqs:sendMessage': { service: 'sqs', endings: ['', '.waitForTaskToken'] },
  'states:startExecution': { service: 'sfn', endings: ['', '.sync', '.sync:2', '.waitForTaskToken'] },
};

const isFunction = /^arn:aws:lambda:[^:]+:\d+:function:[^:]+(:[^:]+)?$/;
const functionIntegration: Integration = {
  ...{ resourceType: 'lambda', service: 'lambda', operation: 'Invoke' },
  ...{ isOptimized: true, waitsFor: 'answer' },
};

const waiting: Readonly<Record<string, Integration['waitsFor']>> = {
  '': 'answer',
  '.waitForTaskToken': 'token',
  '.sync': 'end with text',
  '.sync:2': 'end with JSON',
};

/** Reads `arn:aws:states:::lambda:invoke.waitForTaskToken`, `arn:aws:states:::aws-sdk:pipes:createPipe` and their like. */
export function readResource(resource: string): IntegrationResult {
  if (isFunction.test(resource)) return { ok: true, integration: { ...functionIntegration, functionArn: resource } };
  const [, named, ending = ''] = /^arn:aws:states:[^:]*:[^:]*:(.+?)(\.\w+(?::2)?)?$/.exec(resource) ?? [];
  if (named === undefined) return refused(`names no integration; ${known()}`);
  const waitsFor = waiting[ending];
  const [first = '', service = '', action = ''] = named.split(':');
  if (waitsFor === undefined) return refused(`ends in ${ending}, which is no way to wait`);
  if (first === 'aws-sdk') return sdkIntegration(service, action, waitsFor);
  const own = Object.hasOwn(optimized, named) ? optimized[named] : undefined;
  if (own === undefined) return refused(`is not served by the local engine; ${known()}`);
  if (!own.endings.includes(ending)) return refused(`cannot end in ${ending}`);
  const operation = pascal(service);
  return {
    ok: true,
    integration: { resourceType: first, service: own.service, operation, isOptimized: true, waitsFor },
  };
}

function sdkIntegration(service: string, action: string, waitsFor: Integration['waitsFor']): IntegrationResult {
  if (!Object.hasOwn(sdkServices, service)) {
    return refused(`is not served by the local engine: of aws-sdk it serves ${Object.keys(sdkServices).join(', ')}`);
  }
  if (!/^[a-z]\w*$/.test(action)) return refused('names its action other than in camel case, such as createPipe');
  if (waitsFor !== 'answer' && waitsFor !== 'token') return refused('cannot wait for the end of what it starts');
  const resourceType = `aws-sdk:${service}`;
  return {
    ok: true,
    integration: { resourceType, service, operation: pascal(action), isOptimized: false, waitsFor },
  };
}

function known(): string {
  return `served are ${Object.keys(optimized).join(', ')}, and aws-sdk of ${Object.keys(sdkServices).join(', ')}`;
}

function refused(refusal: string): IntegrationResult {
  return { ok: false, refusal };
}
