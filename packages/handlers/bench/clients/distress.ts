import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';

/** The clients of `distress` and nothing else. */
export const clients = [new SNSClient({})];
export const used = [PublishCommand];
