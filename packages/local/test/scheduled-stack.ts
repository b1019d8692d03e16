import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import { EngineClock } from '../src/clock.ts';
import type { EngineOptions } from '../src/engine.ts';
import type { ScheduleFailure } from '../src/services/scheduler/start.ts';
import { type MachineStack, machineStack, only } from './machine-stack.ts';

export const startMs = Date.parse('2026-11-20T03:00:00Z');
export const roleArn = 'arn:aws:iam::000000000000:role/scheduling';
export const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

export interface ScheduledOptions extends Omit<EngineOptions, 'assembly' | 'clock'> {
  /** What the schedules' role allows; everything that they need without it. */
  readonly allow?: readonly object[];
  /** More resources of the template. */
  readonly resources?: Readonly<Record<string, unknown>>;
  /** The body of the function `work`, after it has logged its event. */
  readonly code?: string;
}

export interface Message {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

export interface ScheduledStack extends MachineStack {
  readonly clock: EngineClock;
  readonly failures: readonly ScheduleFailure[];
  /** What the function `work` was given, when schedules and Lambda have nothing left to do. */
  given(): Promise<unknown[]>;
  /** The inputs of the executions of the machine `nightly`, by their names. */
  executions(): Promise<Readonly<Record<string, unknown>>>;
  messages(queueName: string): Promise<readonly Message[]>;
}

const needed = [
  { Effect: 'Allow', Action: ['lambda:InvokeFunction', 'states:StartExecution', 'sqs:SendMessage'], Resource: '*' },
];

function trusted(RoleName: string, Service: string, statements: readonly object[]) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName,
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }] },
      Policies: [{ PolicyName: 'given', PolicyDocument: { Statement: statements } }],
    },
  };
}

/**
 * A running stack on a clock that stands still at three o'clock: a function `work`, a machine `nightly`, queues `jobs`, `orders.fifo`
 * and `letters`, and the schedules' role. Ends with the test.
 */
export async function scheduledStack(options: ScheduledOptions = {}): Promise<ScheduledStack> {
  const { allow = needed, resources, code = '', ...engineOptions } = options;
  const clock = new EngineClock({ startMs, factor: 0 });
  const failures: ScheduleFailure[] = [];
  const stack = await machineStack({
    ...{ ...engineOptions, clock, onScheduleFailure: (failure) => failures.push(failure) },
    machines: { nightly: only({ Type: 'Pass', End: true }) },
    code: `console.log('got', JSON.stringify(event));\n${code}`,
    resources: {
      SchedulingRole: trusted('scheduling', 'scheduler.amazonaws.com', allow),
      OtherRole: trusted('elsewhere', 'lambda.amazonaws.com', []),
      Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } },
      Letters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'letters' } },
      Orders: {
        Type: 'AWS::SQS::Queue',
        Properties: { QueueName: 'orders.fifo', FifoQueue: true, ContentBasedDeduplication: true },
      },
      ...resources,
    },
  });
  onTestFinished(() => stack.stop());
  const { engine, client } = stack;
  const idle = async () => {
    // Whoever the clock woke goes on first.
    await pause();
    await engine.schedules.settled();
    while (!engine.asynchronous.isIdle) await pause();
  };
  return {
    ...{ ...stack, clock, failures },
    async given() {
      await idle();
      const lines = engine.services.logs.lines('/aws/lambda/work') ?? [];
      const found = lines.flatMap(({ text }) => /\tgot (.*)$/s.exec(text)?.[1] ?? []);
      return found.map((text) => JSON.parse(text) as unknown);
    },
    async executions() {
      await idle();
      const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:nightly';
      const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
      const ended = executions.map(async ({ executionArn = '', name = '' }) => {
        const { result } = await stack.ended(executionArn);
        return [name, result] as const;
      });
      return Object.fromEntries(await Promise.all(ended));
    },
    async messages(queueName) {
      await idle();
      const sqs = new SQSClient({ ...stack.settings, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } });
      const QueueUrl = `${engine.endpoint}/000000000000/${queueName}`;
      const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
      sqs.destroy();
      return Messages.map(({ Body = '', MessageAttributes = {} }) => {
        const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]);
        return { body: Body, attributes: Object.fromEntries(attributes) };
      });
    },
  };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
