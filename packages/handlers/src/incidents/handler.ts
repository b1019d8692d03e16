import { parseAlarmEvent } from '@tidemark/core/incidents/alarm-event';
import type { IncidentsCall } from '@tidemark/core/incidents/steps';
import type { Context } from 'aws-lambda';
import { CloudWatchReading } from '../aws/cloudwatch-reading.ts';
import { DynamoDB } from '../aws/dynamodb.ts';
import { DynamoDBBatches } from '../aws/dynamodb-batches.ts';
import { DynamoDBTransactions } from '../aws/dynamodb-transactions.ts';
import { Executions } from '../aws/executions.ts';
import { Sns } from '../aws/sns.ts';
import { TaskTokens } from '../aws/task-tokens.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import { awaitStep } from './await.ts';
import { isCall, parseCall } from './call.ts';
import { readIncidentsEnvironment } from './env.ts';
import { gather } from './gather.ts';
import { CurrentHolds } from './holds.ts';
import { IncidentTable } from './incident-table.ts';
import { intake } from './intake.ts';
import { readKnownStage } from './known-stage.ts';
import { Outbox } from './outbox.ts';
import { send } from './send.ts';
import type { Invocation } from './step.ts';
import { sweep } from './sweep.ts';
import { tick } from './tick.ts';

const environment = readIncidentsEnvironment();
const stage = readKnownStage();
const log = makeLogger('incidents');
const dynamodb = new DynamoDB();
const transactions = new DynamoDBTransactions(environment.CONTROL_TABLE);
const clients = {
  ...{ dynamodb, batches: new DynamoDBBatches(), sns: new Sns(), cloudwatch: new CloudWatchReading() },
  ...{ executions: new Executions(environment.ESCALATE_MACHINE), tokens: new TaskTokens() },
};

/** Takes in a transition of an alarm, or does one step of an escalation, or sweeps. */
export async function handler(event: unknown, context: Context): Promise<object> {
  log.addContext(context);
  const nowMs = Date.now();
  try {
    const answer = await beforeDeadline(context, (signal) => answerTo(event, invocationAt(nowMs, signal)));
    log.info('done', { ...nameOf(event), milliseconds: Date.now() - nowMs });
    return answer;
  } catch (error) {
    log.error('not done', { ...nameOf(event), milliseconds: Date.now() - nowMs, error });
    throw error;
  }
}

function invocationAt(nowMs: number, signal: AbortSignal): Invocation {
  const table = environment.CONTROL_TABLE;
  const { maintenance } = stage.deployment.escalation;
  return {
    ...{ stage, environment, ...clients, nowMs, signal },
    table: new IncidentTable(dynamodb, transactions, table, signal),
    outbox: new Outbox(dynamodb, transactions, table, signal),
    holds: new CurrentHolds(dynamodb, table, maintenance, nowMs, signal),
    warn: (message, error) => log.warn(message, { error }),
  };
}

async function answerTo(event: unknown, invocation: Invocation): Promise<object> {
  if (isCall(event)) return stepOf(parseCall(event), invocation);
  const transition = parseAlarmEvent(event);
  // What no retry mends lies in the dead-letter queue then, where somebody finds it.
  if (!transition.ok) throw new Error(`not a transition of an alarm: ${transition.mistake}`);
  return intake({ call: transition.event, ...invocation });
}

async function stepOf(call: IncidentsCall, invocation: Invocation): Promise<object> {
  switch (call.op) {
    case 'tick':
      return tick({ call, ...invocation });
    case 'gather':
      return gather({ call, ...invocation });
    case 'send':
      return send({ call, ...invocation });
    case 'await':
      return awaitStep({ call, ...invocation });
    case 'sweep':
      return sweep({ call, ...invocation });
    case 'describe':
      return stage.deployment;
  }
}

/** What a line of the log says of the event: names of things, never a token. */
function nameOf(event: unknown): Record<string, unknown> {
  if (typeof event !== 'object' || event === null) return {};
  const { op = 'intake', source, incident, detail } = event as Record<string, unknown>;
  const alarm = (detail as { alarmName?: unknown } | undefined)?.alarmName;
  return op === 'intake' ? { op, alarm } : { op, source, incident };
}
