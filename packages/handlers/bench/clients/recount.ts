import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

/** The clients of `recount` and nothing else, with S3 behind the same lazy import. */
export const client = new DynamoDBClient({});
export const used = [ConditionalCheckFailedException, GetItemCommand, QueryCommand, UpdateItemCommand];
export const loadS3 = () => import('./s3-reading.ts');
