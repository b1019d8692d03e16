import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import {
  ConflictException,
  DeletePipeCommand,
  DescribePipeCommand,
  NotFoundException,
  PipesClient,
} from '@aws-sdk/client-pipes';
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';

/** The clients of `watchdog` and nothing else. */
export const clients = [new DynamoDBClient({}), new LambdaClient({}), new PipesClient({}), new SFNClient({})];
export const used = [
  ConditionalCheckFailedException,
  ConflictException,
  DeletePipeCommand,
  DescribeExecutionCommand,
  DescribePipeCommand,
  ExecutionDoesNotExist,
  GetItemCommand,
  NotFoundException,
  QueryCommand,
  UpdateEventSourceMappingCommand,
  UpdateItemCommand,
];
