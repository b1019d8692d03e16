/** What the ledgers say of one shard. */
export interface ShardLedgers {
  readonly shardId: string;
  /**
   * From which arrival day on the recount must have received everything, `2026-11-02`: the day after that of its first record, since it may have that
   * one in part. Absent where it must have every day.
   */
  readonly fromDay?: string;
  /** `Received` by arrival day: of each consumer of live counting, and of the recount. */
  readonly live: readonly ReadonlyMap<string, number>[];
  readonly recount: ReadonlyMap<string, number>;
}

/** A day of which the recount received fewer events than a live counter did. */
export interface ReceivedFewer {
  readonly shardId: string;
  readonly day: string;
  readonly recount: number;
  readonly live: number;
}

/** Where the recount lacks something. It may have received more: live counting may have been turned on in the middle of a day, or set aside a shard. */
export function receivedFewer(shards: readonly ShardLedgers[]): ReceivedFewer[] {
  return shards.flatMap(({ shardId, fromDay, live, recount }) => {
    const days = new Set(live.flatMap((ledger) => [...ledger.keys()]));
    return [...days]
      .filter((day) => fromDay === undefined || day >= fromDay)
      .toSorted()
      .map((day) => ({
        shardId,
        day,
        recount: recount.get(day) ?? 0,
        live: Math.max(...live.map((ledger) => ledger.get(day) ?? 0)),
      }))
      .filter((each) => each.recount < each.live);
  });
}

/** The first of them, in a sentence. */
export function tellReceivedFewer([first, ...others]: readonly ReceivedFewer[]): string {
  if (first === undefined) return 'the recount received all that live counting did';
  const { shardId, day, recount, live } = first;
  const more = others.length === 0 ? '' : ` (and so on ${others.length} other days or shards)`;
  return `${shardId}: of ${day} the recount received ${recount} events, live counting ${live}${more}`;
}
