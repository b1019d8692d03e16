import { controlItems } from '../control/keys.ts';
import type { PublishTally } from './tally.ts';

/**
 * Item `CHECKPOINT#publish#<stream label>` of the Control table, without its keys: what was published from one table
 * stream since it began. For operators; what keeps a datum from being put twice are the markers.
 */
export interface PublishProgress extends PublishTally {
  /** Events, and readings of windows, that two invocations published both: the metrics are too high by so many. */
  readonly PublishedTwice: number;
  /** When the newest change of the latest call was made, milliseconds since the epoch, to the second. */
  readonly ChangedMs: number;
}

/** The sort key for the stream `arn:aws:dynamodb:…:table/NAME/stream/2026-11-02T09:00:00.000`. */
export function progressItem(streamArn: string): string {
  return controlItems.checkpoint('publish', streamArn.slice(streamArn.lastIndexOf('/') + 1));
}
