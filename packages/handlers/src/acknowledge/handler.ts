import type { Context, LambdaFunctionURLResult } from 'aws-lambda';
import { DynamoDB } from '../aws/dynamodb.ts';
import { DynamoDBTransactions } from '../aws/dynamodb-transactions.ts';
import { TaskTokens } from '../aws/task-tokens.ts';
import { beforeDeadline } from '../deadline.ts';
import { IncidentTable } from '../incidents/incident-table.ts';
import { makeLogger } from '../log.ts';
import { answer } from './answer.ts';
import { readAcknowledgeEnvironment } from './env.ts';
import { render } from './page.ts';
import { readRequest } from './request.ts';

const control = readAcknowledgeEnvironment().CONTROL_TABLE;
const log = makeLogger('acknowledge');
const dynamodb = new DynamoDB();
const transactions = new DynamoDBTransactions(control);
const tokens = new TaskTokens();

/** Answers those who follow a link to acknowledge. Links are never logged. */
export async function handler(event: unknown, context: Context): Promise<LambdaFunctionURLResult> {
  log.addContext(context);
  const nowMs = Date.now();
  try {
    const request = readRequest(event);
    const page = await beforeDeadline(context, (signal) => {
      const table = new IncidentTable(dynamodb, transactions, control, signal);
      return answer(request, { dynamodb, control, table, tokens, nowMs, signal });
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
