import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Retrier } from './definition.ts';
import { StateFailure } from './failure.ts';
import { catcherFor, names, Retries } from './recovery.ts';

const oh = new StateFailure('Oh', 'no');

describe('names', () => {
  const late = new StateFailure('States.Timeout', undefined, 'States.HeartbeatTimeout');
  const nameless = new StateFailure(undefined, undefined);
  const of = (error: string) => new StateFailure(error, '');

  it.each<[StateFailure, string, boolean]>([
    [oh, 'Oh', true],
    [oh, 'oh', false],
    [oh, 'States.ALL', true],
    [oh, 'States.TaskFailed', true],
    [nameless, 'States.ALL', true],
    [nameless, 'States.TaskFailed', false],
    [of('States.Timeout'), 'States.ALL', true],
    [of('States.Timeout'), 'States.TaskFailed', false],
    [of('States.Timeout'), 'States.HeartbeatTimeout', false],
    [late, 'States.HeartbeatTimeout', true],
    [late, 'States.Timeout', true],
    [of('States.QueryEvaluationError'), 'States.ALL', true],
    [of('States.DataLimitExceeded'), 'States.ALL', false],
    [of('States.DataLimitExceeded'), 'States.TaskFailed', false],
    [of('States.DataLimitExceeded'), 'States.DataLimitExceeded', true],
    [of('States.Runtime'), 'States.ALL', false],
    [of('States.Runtime'), 'States.Runtime', false],
  ])('%o by %s: %s', (failure, name, expected) => {
    expect(names([name], failure)).toBe(expected);
    expect(names(['Another', name], failure)).toBe(expected);
  });

  it('finds the first catcher', () => {
    const catchers = [
      { ErrorEquals: ['Ah'], Next: 'A' },
      { ErrorEquals: ['Oh', 'Uh'], Next: 'B' },
      { ErrorEquals: ['States.ALL'], Next: 'C' },
    ];
    expect(catcherFor(catchers, oh)?.Next).toBe('B');
    expect(catcherFor(catchers, of('Eh'))?.Next).toBe('C');
    expect(catcherFor(undefined, oh)).toBeUndefined();
  });
});

describe('Retries', () => {
  const delays = (retrier: Retrier, random = () => 0.5): (number | undefined)[] => {
    const retries = new Retries([retrier], random);
    return Array.from({ length: (retrier.MaxAttempts ?? 3) + 1 }, () => retries.next(oh));
  };

  it('waits as the language says where the retrier does not', () => {
    expect(delays({ ErrorEquals: ['Oh'] })).toEqual([1_000, 2_000, 4_000, undefined]);
  });

  it('is not tried again with no attempts, or for another failure', () => {
    expect(delays({ ErrorEquals: ['Oh'], MaxAttempts: 0 })).toEqual([undefined]);
    expect(new Retries([{ ErrorEquals: ['Ah'] }], Math.random).next(oh)).toBeUndefined();
    expect(new Retries(undefined, Math.random).next(oh)).toBeUndefined();
  });

  it('counts every retrier for itself', () => {
    const retries = new Retries(
      [
        { ErrorEquals: ['Oh'], MaxAttempts: 1, IntervalSeconds: 5 },
        { ErrorEquals: ['States.ALL'], MaxAttempts: 2, IntervalSeconds: 7, BackoffRate: 1 },
      ],
      Math.random,
    );
    const ah = new StateFailure('Ah', undefined);
    expect([retries.next(ah), retries.next(oh), retries.next(ah)]).toEqual([7_000, 5_000, 7_000]);
    // The first that names the failure decides, even when the one after it would still try.
    expect(
      new Retries([{ ErrorEquals: ['Oh'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }], Math.random).next(oh),
    ).toBeUndefined();
    expect([retries.next(oh), retries.next(ah)]).toEqual([undefined, undefined]);
  });

  const retriers = fc.record(
    {
      ErrorEquals: fc.constant(['Oh']),
      IntervalSeconds: fc.integer({ min: 1, max: 1000 }),
      MaxAttempts: fc.integer({ min: 0, max: 20 }),
      BackoffRate: fc.double({ min: 1, max: 5, noNaN: true }),
      MaxDelaySeconds: fc.integer({ min: 1001, max: 31_622_399 }),
    },
    { requiredKeys: ['ErrorEquals'] },
  );

  it('grows by its rate up to its limit, and ends after its attempts', () => {
    fc.assert(
      fc.property(retriers, (retrier) => {
        const waits = delays(retrier);
        const attempts = retrier.MaxAttempts ?? 3;
        expect(waits.slice(attempts)).toEqual([undefined]);
        for (const [index, wait] of waits.slice(0, attempts).entries()) {
          const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** index;
          expect(wait).toBeCloseTo(1000 * Math.min(grown, retrier.MaxDelaySeconds ?? 99_999_999), 0);
        }
      }),
    );
  });

  it('with full jitter waits any part of what it would have waited', () => {
    fc.assert(
      fc.property(retriers, fc.double({ min: 0, max: 1, noNaN: true }), (retrier, drawn) => {
        const even = delays(retrier);
        const jittered = delays({ ...retrier, JitterStrategy: 'FULL' }, () => drawn);
        expect(jittered).toEqual(even.map((wait) => (wait === undefined ? undefined : wait * drawn)));
      }),
    );
  });
});
