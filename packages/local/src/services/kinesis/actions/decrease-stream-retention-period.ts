import { defineAction } from '../action.ts';
import { KinesisFault } from '../fault.ts';
import { structure } from '../input.ts';
import { retentionPeriodHours, streamReference } from '../members.ts';
import { refuseShortRetention } from '../retention.ts';

/** What lies beyond the shorter period is gone with the next request. */
export const decreaseStreamRetentionPeriod = defineAction({
  input: structure({ ...streamReference, RetentionPeriodHours: retentionPeriodHours }),
  run(streams, { RetentionPeriodHours: hours, ...reference }) {
    const stream = streams.find(reference);
    refuseShortRetention(hours);
    if (hours > stream.retentionHours) {
      throw new KinesisFault(
        'InvalidArgumentException',
        `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing ` +
          `retention period (${stream.retentionHours} hours). Use IncreaseRetentionPeriod API.`,
      );
    }
    stream.retentionHours = hours;
    streams.changed(stream);
  },
});
