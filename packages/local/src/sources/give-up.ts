import type { Clock } from '../clock.ts';
import type { Discard } from './destination.ts';
import type { Unit } from './retry.ts';
import type { MappingSettings } from './settings.ts';
import type { SourceRecord } from './source.ts';

export interface GiveUpOptions {
  readonly settings: MappingSettings;
  readonly clock: Clock;
  /** The shard is done with everything up to this record; without one, only the state of its window has changed. */
  readonly handled: (record: SourceRecord | undefined) => void;
  /** Takes what is given up; the shard waits for it. */
  readonly discard: (discard: Pick<Discard, 'records' | 'condition' | 'invocations'>) => Promise<void>;
}

export async function giveUp(
  records: readonly SourceRecord[],
  condition: Discard['condition'],
  invocations: number,
  { discard, handled }: GiveUpOptions,
): Promise<void> {
  await discard({ records, condition, invocations });
  handled(records.at(-1));
}

/** Gives up the records at the front that are older than the mapping lets them become. */
export async function withoutExpired(unit: Unit<SourceRecord>, options: GiveUpOptions): Promise<Unit<SourceRecord>> {
  const { MaximumRecordAgeInSeconds: ageMax } = options.settings;
  if (ageMax < 0) return unit;
  const oldest = options.clock.now() - ageMax * 1000;
  const young = unit.records.findIndex((record) => record.arrivalMs >= oldest);
  const expired = young === -1 ? unit.records : unit.records.slice(0, young);
  if (expired.length === 0) return unit;
  await giveUp(expired, 'RecordAgeExceeded', unit.failures, options);
  return { ...unit, records: unit.records.slice(expired.length) };
}
