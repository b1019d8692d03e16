import type { EventFields, Measure } from '../config.ts';
import { type Fields, place } from './event.ts';
import type { Ride } from './unicorn.ts';

/** A reading of a unicorn as an event of about 180 bytes with the default fields; its name, its time and its measures stand where `fields` says. */
export function rideEvent(
  fields: EventFields,
  essentials: { readonly name: string; readonly time: string },
  ride: Ride,
): Fields {
  const event: Fields = {};
  place(event, fields.name, essentials.name);
  place(event, fields.time, essentials.time);
  const own: Fields = {
    Latitude: ride.latitude,
    Longitude: ride.longitude,
    Distance: ride.distance,
    MagicPoints: ride.magicPoints,
    HealthPoints: ride.healthPoints,
  };
  for (const [key, value] of Object.entries(own)) if (!Object.hasOwn(event, key)) event[key] = value;
  for (const { path, value } of measuredOf(fields.measures, ride)) place(event, path, value);
  return event;
}

/** What the reading says of each measure. */
export function measuredOf(
  measures: readonly Measure[] = [],
  ride: Ride,
): readonly { readonly name: string; readonly path: Measure['path']; readonly value: number }[] {
  return measures.map(({ name, path }) => ({ name, path, value: quantityOf(`${path.at(-1)} ${name}`, ride) }));
}

/** By what the words resemble; any other measure is the distance, which has a fraction to add up. */
function quantityOf(words: string, ride: Ride): number {
  if (/health/i.test(words)) return ride.healthPoints;
  if (/magic/i.test(words)) return ride.magicPoints;
  if (/lat/i.test(words)) return ride.latitude;
  if (/lon|lng/i.test(words)) return ride.longitude;
  return ride.distance;
}
