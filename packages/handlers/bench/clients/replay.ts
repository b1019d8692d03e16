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
} from '@aws-sdk/client-kinesis';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** The clients of `replay` and nothing else. */
export const clients = [
  new DynamoDBClient({}),
  new CloudWatchClient({}),
  new S3Client({}),
  new KinesisClient({ requestHandler: new NodeHttpHandler() }),
];
export const used = [
  ConditionalCheckFailedException,
  ExpiredIteratorException,
  GetItemCommand,
  GetObjectCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  ListShardsCommand,
  PutMetricDataCommand,
  PutObjectCommand,
  QueryCommand,
  UpdateItemCommand,
];
