import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  KinesisClient,
  ListShardsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';

/** The clients of `health` and nothing else. */
export const clients = [new CloudWatchClient({}), new DynamoDBClient({}), new KinesisClient({})];
export const used = [
  ConditionalCheckFailedException,
  ExpiredIteratorException,
  GetItemCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  ListShardsCommand,
  PutMetricDataCommand,
  QueryCommand,
  ResourceNotFoundException,
  UpdateItemCommand,
];
