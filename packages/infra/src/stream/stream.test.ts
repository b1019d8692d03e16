import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resourcesOf, statementsOf, synthesizeWeb } from '../../test/synthesize.ts';

const type = 'AWS::Kinesis::Stream';
const key = 'arn:aws:kms:eu-west-1:123456789012:key/k';

describe('a stream that is made', () => {
  it('is on demand and encrypted unless told otherwise', () => {
    synthesizeWeb().hasResourceProperties(type, {
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      ShardCount: Match.absent(),
      RetentionPeriodHours: 24,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    });
  });

  it('takes shards, retention and a key', () => {
    const stream = { shards: 3, retentionHours: 168, encryption: key };
    synthesizeWeb({ stream }).hasResourceProperties(type, {
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      ShardCount: 3,
      RetentionPeriodHours: 168,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: key },
    });
  });

  it('may be left in the clear', () => {
    synthesizeWeb({ stream: { encryption: 'none' } }).hasResourceProperties(type, { StreamEncryption: Match.absent() });
  });
});

describe('a stream that exists', () => {
  const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks';
  const template = synthesizeWeb({ stream: { arn, encryption: key } });

  it('is not made, and counted from', () => {
    expect(resourcesOf(template, type)).toEqual({});
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: arn });
    const output = JSON.stringify(template.toJSON().Outputs.SourceWeb.Value);
    expect(output).toContain(`\\"stream\\":\\"clicks\\",\\"streamArn\\":\\"${arn}\\"`);
  });

  it('is read by count, with its key', () => {
    const sids = statementsOf(template, 'WebCountRole').map(({ Sid, Resource }) => `${Sid} ${Resource}`);
    expect(sids).toEqual(expect.arrayContaining([`ReadStream ${arn}`, `ReadStreamKey ${key}`]));
  });
});
