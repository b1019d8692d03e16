import type { Slot } from './decide.ts';

/** `ANOMALY_DETECTION_BAND(m1, 2)` */
export interface Band {
  /** Of the query around whose values it lies. */
  readonly aroundId: string;
  /** In standard deviations. */
  readonly width: number;
}

const bandShape = /^ANOMALY_DETECTION_BAND\(\s*([a-z]\w*)\s*(?:,\s*(\d+(?:\.\d+)?)\s*)?\)$/;
const widthDefault = 2;

/** Undefined for any other expression. */
export function parseBand(expression: string): Band | undefined {
  const [, aroundId, width] = bandShape.exec(expression.trim()) ?? [];
  return aroundId === undefined ? undefined : { aroundId, width: width === undefined ? widthDefault : Number(width) };
}

export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Fewer values than that tell nothing. */
const valuesMin = 10;
const hourMs = 3_600_000;
const dayHours = 24;
const weekHours = 168;

/**
 * What values are to be expected when, learnt from those that were. It stands in for CloudWatch's model, which is not
 * published: mean and standard deviation of the values of the same hour of the week; where these are too few, of the same
 * hour of the day; where these are, of all.
 */
export class BandModel {
  readonly #all = new Spread();
  readonly #byHourOfDay = Array.from({ length: dayHours }, () => new Spread());
  readonly #byHourOfWeek = Array.from({ length: weekHours }, () => new Spread());

  constructor(learnt: readonly Slot[]) {
    for (const { atMs, value } of learnt) {
      if (value === undefined) continue;
      for (const spread of this.#spreadsAt(atMs)) spread.add(value);
    }
  }

  /** How many values it was learnt from. */
  get values(): number {
    return this.#all.count;
  }

  /** Undefined where there are too few values. A band around values that are never negative does not go below 0. */
  boundsAt(atMs: number, width: number): Bounds | undefined {
    const spread = this.#spreadsAt(atMs).find(({ count }) => count >= valuesMin);
    if (spread === undefined) return undefined;
    const distance = width * spread.deviation;
    const lower = spread.mean - distance;
    return { lower: this.#all.minimum >= 0 ? Math.max(0, lower) : lower, upper: spread.mean + distance };
  }

  /** The narrowest first. */
  #spreadsAt(atMs: number): readonly Spread[] {
    const hour = Math.floor(atMs / hourMs);
    const [ofWeek, ofDay] = [this.#byHourOfWeek[hour % weekHours], this.#byHourOfDay[hour % dayHours]];
    return [ofWeek, ofDay, this.#all].filter((each) => each !== undefined);
  }
}

/** Mean and deviation in one pass, after Welford. */
class Spread {
  count = 0;
  mean = 0;
  minimum = Number.POSITIVE_INFINITY;
  #squares = 0;

  add(value: number): void {
    this.count += 1;
    const difference = value - this.mean;
    this.mean += difference / this.count;
    this.#squares += difference * (value - this.mean);
    this.minimum = Math.min(this.minimum, value);
  }

  get deviation(): number {
    return this.count < 2 ? 0 : Math.sqrt(this.#squares / (this.count - 1));
  }
}
