import { windowSecondsMax } from '../limits.ts';

/** The word of a window's length in keys: `w60` is a window of 60 seconds. */
export type WindowSize = `w${number}`;

export function windowSize(seconds: number): WindowSize {
  return `w${seconds}`;
}

/** 60 of `w60`. */
export function windowSeconds(size: WindowSize): number {
  return Number(size.slice(1));
}

export function isWindowSize(size: string | undefined): size is WindowSize {
  return size !== undefined && /^w[1-9]\d{0,2}$/.test(size) && Number(size.slice(1)) <= windowSecondsMax;
}

/** Start of the window that holds an arrival, both in milliseconds since the epoch. */
export function windowStart(arrivalMs: number, seconds: number): number {
  const span = seconds * 1000;
  return Math.floor(arrivalMs / span) * span;
}
