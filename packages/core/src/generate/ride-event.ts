import type { EventFields } from '../config.ts';
import { type Essentials, eventOf, type Fields } from './event.ts';
import type { Ride } from './unicorn.ts';

/** A reading of a unicorn as an event of about 180 bytes with the default fields; its name, its time and its measures stand where `fields` says. */
export function rideEvent(fields: EventFields, essentials: Essentials, ride: Ride): Fields {
  const own: Fields = {
    Latitude: ride.latitude,
    Longitude: ride.longitude,
    Distance: ride.distance,
    MagicPoints: ride.magicPoints,
    HealthPoints: ride.healthPoints,
  };
  return eventOf(fields, essentials, {}, own);
}

/**
 * What a reading that is taken at `timeMs` says of each measure, by its name; nothing where the fields have none. Where the time is a
 * measure, the reading says it in seconds since the epoch.
 */
export function measuresOfRide(
  { time, measures }: EventFields,
  ride: Ride,
  timeMs: number,
): { readonly measures?: Readonly<Record<string, number>> } {
  if (measures === undefined) return {};
  const timeField = JSON.stringify(time);
  const values = measures.map(({ name, path }) => {
    const isTime = JSON.stringify(path) === timeField;
    return [name, isTime ? timeMs / 1000 : quantityOf(`${path.at(-1)} ${name}`, ride)] as const;
  });
  return { measures: Object.fromEntries(values) };
}

/** By what the words resemble; any other measure is the distance, which has a fraction to add up. */
function quantityOf(words: string, ride: Ride): number {
  if (/health/i.test(words)) return ride.healthPoints;
  if (/magic/i.test(words)) return ride.magicPoints;
  if (/lat/i.test(words)) return ride.latitude;
  if (/lon|lng/i.test(words)) return ride.longitude;
  return ride.distance;
}
