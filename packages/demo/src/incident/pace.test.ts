import { EngineClock } from '@tidemark/local/clock';
import { expect, test } from 'vitest';
import { hurryFactor, Pace, standingFactor } from './pace.ts';

test('time hurries while nobody is at work, and not before it is started or after it is stopped', async () => {
  const clock = new EngineClock({ startMs: 0, factor: 0 });
  let isBusy = false;
  const pace = new Pace({ clock, isBusy: () => isBusy });
  await pace.during(async () => {});
  expect(clock.factor).toBe(0);
  pace.start();
  expect(clock.factor).toBe(hurryFactor);
  await pace.during(async () => {
    expect(clock.factor).toBe(1);
    // Whoever ends first does not let time hurry for the other.
    await pace.during(async () => {});
    expect(clock.factor).toBe(1);
  });
  expect(clock.factor).toBe(hurryFactor);
  isBusy = true;
  await expect.poll(() => clock.factor).toBe(1);
  isBusy = false;
  await expect.poll(() => clock.factor).toBe(hurryFactor);
  pace.stop();
  await pace.during(async () => expect(clock.factor).toBe(hurryFactor));
  clock.scale(0);
});

test('time all but stands still while what was before is put in place', async () => {
  const clock = new EngineClock({ startMs: 0, factor: 0 });
  const pace = new Pace({ clock, isBusy: () => true });
  await pace.standing(async () => {
    await pace.during(async () => {});
    expect(clock.factor).toBe(standingFactor);
  });
  expect(clock.factor).toBe(1);
  clock.scale(0);
});

test('time hurries again after work that failed', async () => {
  const clock = new EngineClock({ startMs: 0, factor: 0 });
  const pace = new Pace({ clock, isBusy: () => false });
  pace.start();
  await expect(pace.during(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(clock.factor).toBe(hurryFactor);
  pace.stop();
  clock.scale(0);
});
