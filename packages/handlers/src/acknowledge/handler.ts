import type { IncidentsDeployment } from '@tidemark/core/incidents/settings';
import type { Context, LambdaFunctionURLResult } from 'aws-lambda';
import { DynamoDB } from '../aws/dynamodb.ts';
import { DynamoDBTransactions } from '../aws/dynamodb-transactions.ts';
import { TaskTokens } from '../aws/task-tokens.ts';
import { beforeDeadline } from '../deadline.ts';
import { IncidentTable } from '../incidents/incident-table.ts';
import { makeLogger } from '../log.ts';
import { answer } from './answer.ts';
import { deployment, isDescribe } from './deployment.ts';
import { readAcknowledgeEnvironment } from './env.ts';
import { render } from './page.ts';
import { readRequest } from './request.ts';
import { runbook } from './runbook.ts';

const control = readAcknowledgeEnvironment().CONTROL_TABLE;
const log = makeLogger('acknowledge');
const dynamodb = new DynamoDB();
const transactions = new DynamoDBTransactions(control);
const tokens = new TaskTokens();

/**
 * Answers those who follow a link to acknowledge, or one to the runbook, and operators' tools that ask what is deployed. Links are never logged.
 */
export async function handler(
  event: unknown,
  context: Context,
): Promise<LambdaFunctionURLResult | IncidentsDeployment> {
  log.addContext(context);
  if (isDescribe(event)) return deployment();
  const nowMs = Date.now();
  try {
    const request = readRequest(event);
    if (request.kind === 'runbook') return runbook(request.has);
    const page = await beforeDeadline(context, (signal) => {
      const table = new IncidentTable(dynamodb, transactions, control, signal);
      return answer(request, { dynamodb, control, table, tokens, deployment, nowMs, signal });
    });
    log.info('answered', { kind: request.kind, status: page.status, milliseconds: Date.now() - nowMs });
    return render(page);
  } catch (error) {
    log.error('not answered', { milliseconds: Date.now() - nowMs, error });
    // Somebody is looking at it, at night: they are told what to do instead.
    const text = ['Try again in a moment. The command in the message acknowledges as well.'];
    return render({ status: 503, title: 'Perhaps not acknowledged', text });
  }
}
