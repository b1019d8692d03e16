/** One AWS service that tasks can call. */
export interface SdkService {
  /** How the names and causes of errors call it: `DynamoDb.ConditionalCheckFailedException`. */
  readonly displayName: string;
  /** The name of its client's class. */
  readonly clientName: string;
  load(): Promise<SdkModule>;
}

/** What a client's package exports: its client, commands, schemas and errors. */
export type SdkModule = Readonly<Record<string, unknown>>;

/**
 * By the name that a task's resource has for the service (`arn:aws:states:::aws-sdk:NAME:action`). A client is loaded with
 * the first state machine that names its service.
 */
export const sdkServices: Readonly<Record<string, SdkService>> = {
  cloudwatch: {
    ...{ displayName: 'CloudWatch', clientName: 'CloudWatchClient' },
    load: () => import('@aws-sdk/client-cloudwatch'),
  },
  dynamodb: { displayName: 'DynamoDb', clientName: 'DynamoDBClient', load: () => import('@aws-sdk/client-dynamodb') },
  eventbridge: {
    ...{ displayName: 'EventBridge', clientName: 'EventBridgeClient' },
    load: () => import('@aws-sdk/client-eventbridge'),
  },
  kinesis: { displayName: 'Kinesis', clientName: 'KinesisClient', load: () => import('@aws-sdk/client-kinesis') },
  lambda: { displayName: 'Lambda', clientName: 'LambdaClient', load: () => import('@aws-sdk/client-lambda') },
  pipes: { displayName: 'Pipes', clientName: 'PipesClient', load: () => import('@aws-sdk/client-pipes') },
  s3: { displayName: 'S3', clientName: 'S3Client', load: () => import('@aws-sdk/client-s3') },
  sfn: { displayName: 'Sfn', clientName: 'SFNClient', load: () => import('@aws-sdk/client-sfn') },
  sns: { displayName: 'Sns', clientName: 'SNSClient', load: () => import('@aws-sdk/client-sns') },
  sqs: { displayName: 'Sqs', clientName: 'SQSClient', load: () => import('@aws-sdk/client-sqs') },
};
