import { Temporal } from 'temporal-polyfill';

/** What the clocks on the walls of a place show. Such a time is written as the milliseconds that it would be in UTC. */
export interface Zone {
  /** What the wall shows at a moment. */
  wallOf(ms: number): number;
  /**
   * When the wall shows this; the first time of two where clocks were put back meanwhile, undefined where they were put
   * forward over it.
   */
  momentOf(wallMs: number): number | undefined;
}

export const utc: Zone = { wallOf: (ms) => ms, momentOf: (wallMs) => wallMs };

/** The zone of a name in the Time Zone Database (`Europe/Berlin`); undefined for any other text. */
export function zoneOf(name: string): Zone | undefined {
  if (name === 'UTC' || name === 'Etc/UTC') return utc;
  if (!/^[A-Za-z]/.test(name) || !isKnown(name)) return undefined;
  const zonedAt = (ms: number, zone: string) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  return {
    wallOf: (ms) => ms + zonedAt(ms, name).offsetNanoseconds / 1_000_000,
    momentOf: (wallMs) => {
      const wall = zonedAt(wallMs, 'UTC').toPlainDateTime();
      const found = wall.toZonedDateTime(name, { disambiguation: 'earlier' });
      return found.toPlainDateTime().equals(wall) ? found.epochMilliseconds : undefined;
    },
  };
}

function isKnown(name: string): boolean {
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId !== '';
  } catch {
    return false;
  }
}
