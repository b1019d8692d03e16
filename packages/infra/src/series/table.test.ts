import { Match } from 'aws-cdk-lib/assertions';
import { describe, it } from 'vitest';
import { synthesizeWeb } from '../../test/synthesize.ts';

const type = 'AWS::DynamoDB::Table';
/** What only the Series table has. */
const series = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };

describe('the Series table', () => {
  it('is keyed by name and bucket, and nothing in it expires', () => {
    synthesizeWeb().hasResourceProperties(type, {
      ...series,
      KeySchema: [
        { AttributeName: 'EventName', KeyType: 'HASH' },
        { AttributeName: 'Bucket', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: false },
      TimeToLiveSpecification: Match.absent(),
    });
  });

  it('takes provisioned units, and none of the safety nets where the source refuses them', () => {
    const table = { billing: { readUnits: 5, writeUnits: 10 }, pointInTimeRecovery: false, deletionProtection: false };
    synthesizeWeb({ table }, 'prod').hasResourceProperties(type, {
      ...series,
      BillingMode: Match.absent(),
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 10 },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
      DeletionProtectionEnabled: false,
    });
  });

  it.each([
    ['aws', { SSEEnabled: true }],
    [
      'arn:aws:kms:eu-west-1:123456789012:key/k',
      { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/k' },
    ],
  ])('is encrypted with %s', (encryption, SSESpecification) => {
    synthesizeWeb({ table: { encryption } }).hasResourceProperties(type, { ...series, SSESpecification });
  });
});
