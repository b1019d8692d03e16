/** A permission that a role must have. */
export interface NeededAccess {
  readonly action: string;
  readonly resource: string;
}

const reading: Readonly<Record<string, readonly string[]>> = {
  kinesis: ['DescribeStream', 'DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards'],
  dynamodb: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'],
};

/** What Lambda and Pipes do in a role's name to read a stream. */
export function streamAccess(arn: string): readonly NeededAccess[] {
  const service = arn.split(':')[2] ?? '';
  return (reading[service] ?? []).map((name) => ({ action: `${service}:${name}`, resource: arn }));
}

/**
 * What they do to leave there what was given up. Lambda chooses the keys of objects; the first part of them is always the
 * same.
 */
export function destinationAccess(arn: string | undefined): readonly NeededAccess[] {
  if (arn === undefined) return [];
  switch (arn.split(':')[2]) {
    case 's3':
      return [
        { action: 's3:PutObject', resource: `${arn}/aws/lambda/mapping` },
        { action: 's3:ListBucket', resource: arn },
      ];
    case 'sqs':
      return [{ action: 'sqs:SendMessage', resource: arn }];
    case 'sns':
      return [{ action: 'sns:Publish', resource: arn }];
    default:
      return [];
  }
}
