import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

/** The clients of `window` and nothing else, with S3 and Kinesis behind the same lazy imports. */
export const client = new DynamoDBClient({});
export const used = [ConditionalCheckFailedException, GetItemCommand, QueryCommand, UpdateItemCommand];
export const loadS3 = () => import('./s3.ts');
export const loadKinesis = () => import('./kinesis.ts');
