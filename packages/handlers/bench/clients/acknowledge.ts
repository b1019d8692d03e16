import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { InvalidToken, SendTaskSuccessCommand, SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';

/** The clients of `acknowledge` and nothing else. */
export const clients = [new DynamoDBClient({}), new SFNClient({})];
export const used = [
  ConditionalCheckFailedException,
  GetItemCommand,
  InvalidToken,
  QueryCommand,
  SendTaskSuccessCommand,
  TaskDoesNotExist,
  TaskTimedOut,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
];
