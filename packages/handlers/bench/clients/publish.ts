import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

/** The clients of `publish` and nothing else. */
export const clients = [new DynamoDBClient({}), new CloudWatchClient({})];
export const used = [
  ConditionalCheckFailedException,
  GetItemCommand,
  PutMetricDataCommand,
  QueryCommand,
  UpdateItemCommand,
];
