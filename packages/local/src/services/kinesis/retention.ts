import { KinesisFault } from './fault.ts';

const hoursMin = 24;

/** Throws `InvalidArgumentException` below AWS's minimum. */
export function refuseShortRetention(hours: number): void {
  if (hours < hoursMin) {
    throw new KinesisFault(
      'InvalidArgumentException',
      `Minimum allowed retention period is ${hoursMin} hours. Requested retention period (${hours} hours) is too short.`,
    );
  }
}
