import type { ExecutionRecord } from '../../services/states/execution-record.ts';
import { StateFailure } from '../failure.ts';
import type { Task } from '../task-runner.ts';
import { argumentMistakes } from './arguments.ts';
import type { CallMetadata, SdkClients, TaskCaller } from './clients.ts';
import { toInput, toOutput } from './convert.ts';
import { awaitEnd } from './end-of-execution.ts';
import { lambdaResult } from './lambda-result.ts';
import { type Integration, readResource } from './resource.ts';
import { type SdkModule, sdkServices } from './sdk-services.ts';
import { type ErrorNames, failureOf } from './service-error.ts';
import { shapeOf } from './shape.ts';

/** The executions that tasks start, and wait for. */
export interface StartedExecutions {
  /** Resolves when the execution has ended. */
  ended(executionArn: string): Promise<ExecutionRecord>;
  stop(executionArn: string, stopped: { readonly error?: string; readonly cause?: string }): void;
}

/** How the integrations that Step Functions has for a service name its errors. */
const optimizedNames: Readonly<Record<string, Omit<ErrorNames, 'style'>>> = {
  dynamodb: { prefix: 'DynamoDB', general: 'AmazonDynamoDBException', service: 'AmazonDynamoDBv2' },
  eventbridge: { prefix: 'EventBridge', general: 'AmazonEventBridgeException', service: 'AmazonEventBridge' },
  lambda: { prefix: 'Lambda', general: 'AWSLambdaException', service: 'AWSLambda' },
  sfn: { prefix: 'StepFunctions', general: 'AWSStepFunctionsException', service: 'AWSStepFunctions' },
  sns: { prefix: 'SNS', general: 'AmazonSNSException', service: 'AmazonSNS' },
  sqs: { prefix: 'SQS', general: 'AmazonSQSException', service: 'AmazonSQS' },
};

/** Performs the tasks of all executions, through the SDK's clients and the engine's own port. */
export class TaskIntegrations {
  readonly #clients: SdkClients;
  readonly #executions: StartedExecutions;

  constructor(clients: SdkClients, executions: StartedExecutions) {
    this.#clients = clients;
    this.#executions = executions;
  }

  /** Loads what the resources of a definition need. To be awaited before `refusal` is asked about it. */
  async prepare(resources: readonly string[]): Promise<void> {
    const read = resources.map(readResource);
    await Promise.all(read.map((each) => (each.ok ? this.#clients.load(each.integration.service) : undefined)));
  }

  /** As `TaskRunner.refusal`. */
  refusal(resource: string, argumentsTemplate: unknown): string | undefined {
    const read = readResource(resource);
    if (!read.ok) return read.refusal;
    const { service, operation, functionArn, isOptimized } = read.integration;
    if (functionArn !== undefined) return undefined;
    const module = this.#clients.module(service);
    if (module === undefined) throw new Error(`The client of ${service} was not loaded`);
    const shape = shapeOf(module, operation);
    if (shape === undefined) return `names no action of ${service}`;
    const mistakes = argumentMistakes(shape.input, argumentsTemplate, isOptimized ? 'optimized' : 'sdk');
    return mistakes.length > 0 ? `cannot be called so: ${mistakes.join('; ')}` : undefined;
  }

  /** As `TaskRunner.run`, in the name of a caller. */
  async run(task: Task, caller: TaskCaller): Promise<unknown> {
    const integration = integrationOf(task);
    const module = await this.#clients.load(integration.service);
    const { output, metadata } = await this.#call(task, caller, integration, module);
    if (!integration.isOptimized) return this.#plain(integration, module, output);
    if (integration.functionArn !== undefined) return lambdaResult(output).Payload ?? null;
    if (integration.service === 'lambda') return { ...lambdaResult(output), ...sdkMetadata(metadata) };
    const shape = shapeOf(module, integration.operation);
    const given = shape === undefined ? {} : toOutput(shape.output, output, 'optimized');
    const result = { ...(given as object), ...sdkMetadata(metadata) };
    const { waitsFor } = integration;
    if (waitsFor === 'answer' || waitsFor === 'token') return result;
    task.submitted(result);
    return awaitEnd(this.#executions, String(output.executionArn), task.signal, waitsFor);
  }

  async #call(task: Task, caller: TaskCaller, integration: Integration, module: SdkModule) {
    const { service, operation, isOptimized, functionArn } = integration;
    const given = functionArn === undefined ? task.arguments : { FunctionName: functionArn, Payload: task.arguments };
    const shape = shapeOf(module, operation);
    if (shape === undefined) throw StateFailure.reserved('States.Runtime', `${task.resource} names no action`);
    const { input, mistakes } = toInput(shape.input, given, isOptimized ? 'optimized' : 'sdk');
    if (mistakes.length > 0) {
      const cause = `The Arguments '${JSON.stringify(given)}' could not be used to start the Task: [${mistakes.join('; ')}]`;
      throw StateFailure.reserved('States.Runtime', cause);
    }
    try {
      return await this.#clients.call({ service, operation, input, caller, signal: task.signal });
    } catch (error) {
      throw failureOf(error, namesOf(integration), module);
    }
  }

  /** The action's own result, with what it streams read to its end. */
  async #plain({ operation }: Integration, module: SdkModule, output: Readonly<Record<string, unknown>>) {
    const shape = shapeOf(module, operation);
    if (shape === undefined) return {};
    const { Body, ...rest } = output as { readonly Body?: { transformToString?(): Promise<string> } };
    const result = toOutput(shape.output, rest, 'sdk') as Record<string, unknown>;
    const text = await Body?.transformToString?.();
    return text === undefined ? result : { ...result, Body: text };
  }
}

function integrationOf({ resource, roleArn }: Task): Integration {
  const read = readResource(resource);
  if (!read.ok) throw StateFailure.reserved('States.Runtime', `The resource ${resource} ${read.refusal}`);
  if (roleArn === undefined) return read.integration;
  throw StateFailure.reserved('States.Runtime', 'The local engine does not call in the name of another role');
}

function namesOf({ service, isOptimized }: Integration): ErrorNames {
  const own = isOptimized ? optimizedNames[service] : undefined;
  if (own !== undefined) return { ...own, style: 'optimized' };
  const name = sdkServices[service]?.displayName ?? service;
  return { prefix: name, general: `${name}Exception`, service: name, style: 'sdk' };
}

function sdkMetadata({ status, headers }: CallMetadata): object {
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return {
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: status },
    SdkResponseMetadata: { RequestId: headers['x-amzn-requestid'] ?? '' },
  };
}
