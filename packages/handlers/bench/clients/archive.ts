import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** The clients of `archive` and nothing else. */
export const clients = [new DynamoDBClient({}), new S3Client({})];
export const used = [
  ConditionalCheckFailedException,
  GetItemCommand,
  PutObjectCommand,
  QueryCommand,
  UpdateItemCommand,
];
