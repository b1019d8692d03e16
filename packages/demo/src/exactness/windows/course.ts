import type { Disturbance } from '@tidemark/local/sources/chaos';

/** A way for a group of readings to go, the same in each shard, in which calls are made that the others do not make. */
export interface Course {
  readonly name: string;
  /** What happens to a shard's deliveries before its window is closed, one after the other; the last to all that follow. */
  readonly deliveries?: readonly Disturbance[];
  /** At the first call of each shard whose position holds this, the function is killed. */
  readonly killedBefore?: string;
  /** Another shard admits one of the batch's names just before it does. */
  readonly losesRace?: boolean;
  /** Calls that are struck although an earlier course made them too: here they are made at another point of a shard's way. */
  readonly again?: RegExp;
  /** Parts of positions that must be among those that are struck: a list without them is not the list of all. */
  readonly known: readonly string[];
}

/** The first of each kind that an invocation writes. */
const writes = /(Series w60 .*WrittenBy|Control LEDGER .*|CHECKPOINT#window .*|s3 PutObject .*) #1$/;
/** More records than a group has. */
const everything = 100;

export const courses: readonly Course[] = [
  {
    name: 'a window',
    known: [
      'window dynamodb GetItem Control CHECKPOINT#window #1',
      'window kinesis GetShardIterator stream AFTER_SEQUENCE_NUMBER #1',
      'window kinesis GetRecords stream #1',
      'window dynamodb GetItem Control CATALOGUE #1',
      'window dynamodb GetItem Control FLOORS #1',
      'window dynamodb GetItem Control TIMELINE #1',
      'window dynamodb UpdateItem Control CATALOGUE SET Names = list_append',
      'window dynamodb UpdateItem Control CATALOGUE SET Caps = list_append',
      'window s3 PutObject bucket quarantine #1',
      'window dynamodb UpdateItem Series w60 SET EventCount',
      'window dynamodb UpdateItem Control LEDGER ',
      'window dynamodb UpdateItem Control CHECKPOINT#window ',
      'publish monitoring PutMetricData #1',
      'publish dynamodb UpdateItem Control PUBLISHED ',
    ],
  },
  {
    name: 'a window that loses a race',
    losesRace: true,
    known: ['window dynamodb UpdateItem Control CATALOGUE SET Names = list_append(Names, :entries) again #1'],
  },
  { name: 'a last call with records', deliveries: [{ final: true }], again: writes, known: [] },
  {
    name: 'a window that ends early',
    deliveries: [{ bounds: 4, terminateEarly: true }, { bounds: everything }],
    again: writes,
    known: ['WrittenBy = :WrittenBy again #1', 'WrittenBy = :WrittenBy again #2'],
  },
  {
    name: 'a last call that comes again',
    deliveries: [
      { bounds: everything, final: true, forget: true },
      { bounds: everything, final: true },
    ],
    known: ['window dynamodb UpdateItem Control LEDGER ADD Redelivered '],
  },
  {
    name: 'a last call that is longer again',
    deliveries: [
      { bounds: 4, final: true, forget: true },
      { bounds: everything, final: true },
    ],
    known: [
      'window dynamodb GetItem Control LEDGER #1',
      'window kinesis GetShardIterator stream AT_SEQUENCE_NUMBER #1',
    ],
  },
  {
    name: 'a longer last call, its ledger open',
    deliveries: [
      { bounds: 4, final: true },
      { bounds: everything, final: true },
    ],
    killedBefore: 'UpdateItem Control LEDGER',
    known: ['window kinesis GetRecords stream again #1'],
  },
  {
    name: 'a ledger that straddles alone',
    deliveries: [{ bounds: 1, final: true, forget: true }, { bounds: everything }],
    known: ['Redelivered :Redelivered again #1'],
  },
  {
    name: 'a state that is lost',
    deliveries: [{ bounds: 5 }, { bounds: everything, loseState: true, final: true }],
    again: writes,
    known: ['Redelivered :Redelivered again #2', ':firstArrival) again #2'],
  },
];
