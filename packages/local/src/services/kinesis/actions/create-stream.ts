import { defineAction } from '../action.ts';
import { KinesisFault } from '../fault.ts';
import { uniformRanges } from '../hash-key.ts';
import { notServed, required, structure } from '../input.ts';
import { maxRecordSizeInKiB, streamModeDetails, streamName, tags } from '../members.ts';
import { admitTags } from '../tags.ts';
import { integer, oneOf } from '../values.ts';

const onDemandShardCount = 4;
const retentionHours = 24;
const recordKiB = 1_024;

/** The stream is active when the call returns: the engine has no state between. */
export const createStream = defineAction({
  input: structure({
    StreamName: required(streamName),
    ShardCount: integer({ min: 1, max: 100_000 }),
    StreamModeDetails: streamModeDetails,
    Tags: tags,
    MaxRecordSizeInKiB: maxRecordSizeInKiB,
    WarmThroughputMiBps: notServed(),
    // `AUTO` would put records anywhere, whatever their partition key.
    RecordDistributionStrategy: oneOf(['USER_PARTITION_KEY']),
  }),
  run(streams, { StreamName: name, ShardCount, StreamModeDetails, Tags = new Map(), MaxRecordSizeInKiB }) {
    const mode = StreamModeDetails?.StreamMode ?? 'PROVISIONED';
    if (mode === 'ON_DEMAND' && ShardCount !== undefined) {
      throw new KinesisFault('ValidationException', 'ShardCount is not expected when StreamMode=ON_DEMAND.');
    }
    if (mode === 'PROVISIONED' && ShardCount === undefined) {
      throw new KinesisFault('ValidationException', 'ShardCount is required when StreamMode=PROVISIONED.');
    }
    if (streams.has(name)) {
      throw new KinesisFault(
        'ResourceInUseException',
        `Stream ${name} under account ${streams.accountId} already exists.`,
      );
    }
    if (mode === 'PROVISIONED') streams.admitShards(ShardCount ?? 0);
    admitTags(new Map(), Tags);
    const createdMs = streams.clock.now();
    const createdSeconds = streams.nextCreatedSeconds(name);
    streams.create({
      name,
      arn: streams.arnOf(name),
      createdMs,
      mode,
      retentionHours,
      recordKiBMax: MaxRecordSizeInKiB ?? recordKiB,
      tags: [...Tags],
      shards: uniformRanges(ShardCount ?? onDemandShardCount).map((range, index) => ({
        index,
        range,
        createdSeconds,
        openedAtMs: createdMs,
      })),
    });
  },
});
