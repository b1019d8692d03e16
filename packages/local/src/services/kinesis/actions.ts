import { addTagsToStream } from './actions/add-tags-to-stream.ts';
import { createStream } from './actions/create-stream.ts';
import { decreaseStreamRetentionPeriod } from './actions/decrease-stream-retention-period.ts';
import { deleteStream } from './actions/delete-stream.ts';
import { describeLimits } from './actions/describe-limits.ts';
import { describeStream } from './actions/describe-stream.ts';
import { describeStreamSummary } from './actions/describe-stream-summary.ts';
import { getRecords } from './actions/get-records.ts';
import { getShardIterator } from './actions/get-shard-iterator.ts';
import { increaseStreamRetentionPeriod } from './actions/increase-stream-retention-period.ts';
import { listShards } from './actions/list-shards.ts';
import { listStreams } from './actions/list-streams.ts';
import { listTagsForResource } from './actions/list-tags-for-resource.ts';
import { listTagsForStream } from './actions/list-tags-for-stream.ts';
import { mergeShards } from './actions/merge-shards.ts';
import { putRecord } from './actions/put-record.ts';
import { putRecords } from './actions/put-records.ts';
import { removeTagsFromStream } from './actions/remove-tags-from-stream.ts';
import { splitShard } from './actions/split-shard.ts';
import { startStreamEncryption } from './actions/start-stream-encryption.ts';
import { stopStreamEncryption } from './actions/stop-stream-encryption.ts';
import { tagResource } from './actions/tag-resource.ts';
import { untagResource } from './actions/untag-resource.ts';
import { updateMaxRecordSize } from './actions/update-max-record-size.ts';
import { updateShardCount } from './actions/update-shard-count.ts';
import { updateStreamMode } from './actions/update-stream-mode.ts';

/** Every operation that this server knows. Others are refused by name. */
export const actions = {
  AddTagsToStream: addTagsToStream,
  CreateStream: createStream,
  DecreaseStreamRetentionPeriod: decreaseStreamRetentionPeriod,
  DeleteStream: deleteStream,
  DescribeLimits: describeLimits,
  DescribeStream: describeStream,
  DescribeStreamSummary: describeStreamSummary,
  GetRecords: getRecords,
  GetShardIterator: getShardIterator,
  IncreaseStreamRetentionPeriod: increaseStreamRetentionPeriod,
  ListShards: listShards,
  ListStreams: listStreams,
  ListTagsForResource: listTagsForResource,
  ListTagsForStream: listTagsForStream,
  MergeShards: mergeShards,
  PutRecord: putRecord,
  PutRecords: putRecords,
  RemoveTagsFromStream: removeTagsFromStream,
  SplitShard: splitShard,
  StartStreamEncryption: startStreamEncryption,
  StopStreamEncryption: stopStreamEncryption,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateMaxRecordSize: updateMaxRecordSize,
  UpdateShardCount: updateShardCount,
  UpdateStreamMode: updateStreamMode,
} as const;

export type Operation = keyof typeof actions;

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(actions, name);
}
