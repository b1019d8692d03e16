import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export const client = new KinesisClient({ requestHandler: new NodeHttpHandler() });
export const used = [ExpiredIteratorException, GetRecordsCommand, GetShardIteratorCommand, InvalidArgumentException];
