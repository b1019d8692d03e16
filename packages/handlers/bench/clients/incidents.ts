import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  paginateListExecutions,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';

/** The clients of `incidents` and nothing else. */
export const clients = [new CloudWatchClient({}), new DynamoDBClient({}), new SFNClient({}), new SNSClient({})];
export const used = [
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DescribeAlarmsCommand,
  DescribeExecutionCommand,
  DynamoDBServiceException,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetItemCommand,
  GetMetricDataCommand,
  InvalidToken,
  PublishCommand,
  PutItemCommand,
  paginateListExecutions,
  QueryCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
];
