import { KinesisFault } from '../services/kinesis/fault.ts';
import type { KinesisServer } from '../services/kinesis/server.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { object, only, used, withoutEffect } from '../template/shape.ts';

const retentionHoursDefault = 24;

/** `AWS::Kinesis::Stream`. One that was kept over a restart stays as it is, reshards included. */
export function streamType(kinesis: KinesisServer): ResourceType {
  return {
    members: {
      Name: used,
      ShardCount: used,
      RetentionPeriodHours: used,
      StreamModeDetails: object({ StreamMode: used }),
      StreamEncryption: withoutEffect('nothing is encrypted on one machine'),
      DesiredShardLevelMetrics: only([[]], 'the engine publishes no metrics of its own services'),
      Tags: withoutEffect('nothing reads them'),
    },
    async create({ properties, generatedName }) {
      const StreamName = typeof properties.Name === 'string' ? properties.Name : generatedName(128);
      if (!(await exists(kinesis, StreamName))) await createStream(kinesis, StreamName, properties);
      const { StreamDescriptionSummary } = await kinesis.invoke('DescribeStreamSummary', { StreamName });
      return { physicalId: StreamName, attributes: { Arn: StreamDescriptionSummary.StreamARN } };
    },
  };
}

async function exists(kinesis: KinesisServer, StreamName: string): Promise<boolean> {
  try {
    await kinesis.invoke('DescribeStreamSummary', { StreamName });
    return true;
  } catch (error) {
    if (error instanceof KinesisFault && error.type === 'ResourceNotFoundException') return false;
    throw error;
  }
}

async function createStream(
  kinesis: KinesisServer,
  StreamName: string,
  properties: Readonly<Record<string, unknown>>,
): Promise<void> {
  const details = properties.StreamModeDetails as { readonly StreamMode?: string } | undefined;
  const isOnDemand = details?.StreamMode === 'ON_DEMAND';
  await kinesis.invoke('CreateStream', {
    StreamName,
    StreamModeDetails: { StreamMode: isOnDemand ? 'ON_DEMAND' : 'PROVISIONED' },
    ...(isOnDemand ? {} : { ShardCount: Number(properties.ShardCount ?? 1) }),
  });
  const hours = Number(properties.RetentionPeriodHours ?? retentionHoursDefault);
  if (hours > retentionHoursDefault) {
    await kinesis.invoke('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: hours });
  }
}
