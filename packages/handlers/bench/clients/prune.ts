import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
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
import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** The clients of `prune` and nothing else. */
export const clients = [
  new DynamoDBClient({}),
  new S3Client({}),
  new KinesisClient({ requestHandler: new NodeHttpHandler() }),
];
export const used = [
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  ExpiredIteratorException,
  GetItemCommand,
  GetObjectCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  ListShardsCommand,
  NoSuchKey,
  PutItemCommand,
  PutObjectCommand,
  QueryCommand,
  S3ServiceException,
  UpdateItemCommand,
  paginateListObjectsV2,
];
