import type { Random } from './random.ts';

/** What one reading tells of a unicorn. */
export interface Ride {
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  /** Metres since the reading before. */
  readonly distance: number;
  readonly magicPoints: number;
  readonly healthPoints: number;
}

const metresASecond = 30;
const earthRadiusMetres = 6_371_008.8;
/** The most that a unicorn turns within a second, in radians. */
const turnMax = 0.35;
const pointsMax = 400;
/** Health that has dropped lies below this. */
const lowHealth = 90;

/** A unicorn under way: about 30 metres a second along a wandering course, its points wandering too. */
export class Unicorn {
  readonly #random: Random;
  #latitude: number;
  #longitude: number;
  #course: number;
  #magic: number;
  #health: number;

  /** Starts somewhere within a kilometre or two of `latitude`, `longitude`, in degrees. */
  constructor(random: Random, latitude: number, longitude: number) {
    this.#random = random;
    this.#latitude = latitude + (random.fraction() - 0.5) / 50;
    this.#longitude = longitude + (random.fraction() - 0.5) / 50;
    this.#course = random.fraction() * 2 * Math.PI;
    this.#magic = 150 + random.integer(150);
    this.#health = 220 + random.integer(120);
  }

  /** Rides on for a second. `isLow`: its health has dropped, and comes back when it says no more. */
  ride(isLow: boolean): Ride {
    const random = this.#random;
    this.#course += (random.fraction() - 0.5) * 2 * turnMax;
    const metres = metresASecond + (random.fraction() - 0.5) * 3;
    const from = { latitude: this.#latitude, longitude: this.#longitude };
    this.#latitude += degrees((metres * Math.cos(this.#course)) / earthRadiusMetres);
    this.#longitude += degrees(
      (metres * Math.sin(this.#course)) / (earthRadiusMetres * Math.cos(radians(from.latitude))),
    );
    this.#magic = wander(this.#magic, random);
    this.#health = wander(this.#health, random);
    const to = { latitude: this.#latitude, longitude: this.#longitude };
    return {
      ...to,
      distance: metresBetween(from, to),
      magicPoints: this.#magic,
      healthPoints: isLow ? lowHealth - random.integer(20) : this.#health,
    };
  }
}

/** A step of at most five points either way, between 100 and the most there are. */
function wander(points: number, random: Random): number {
  return Math.min(pointsMax, Math.max(100, points + random.integer(11) - 5));
}

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Along the great circle (haversine). */
export function metresBetween(from: Place, to: Place): number {
  const height = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const width = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const share = height + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * width;
  return 2 * earthRadiusMetres * Math.asin(Math.sqrt(share));
}

function radians(angle: number): number {
  return (angle * Math.PI) / 180;
}

function degrees(angle: number): number {
  return (angle * 180) / Math.PI;
}
