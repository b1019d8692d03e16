import { describe, expect, it, vi } from 'vitest';
import { EngineClock } from './clock.ts';

const hourMs = 3_600_000;

/** What has become of a promise by now, without waiting for it. */
async function stateOf(promise: Promise<void>): Promise<'pending' | 'resolved' | 'rejected'> {
  let state: 'pending' | 'resolved' | 'rejected' = 'pending';
  promise.then(
    () => {
      state = 'resolved';
    },
    () => {
      state = 'rejected';
    },
  );
  await new Promise(setImmediate);
  return state;
}

function stopped(startMs = 1_000): EngineClock {
  return new EngineClock({ startMs, factor: 0 });
}

describe('EngineClock', () => {
  it('begins exactly at its start, however long its construction takes', () => {
    let wallMs = Date.now();
    const wall = vi.spyOn(Date, 'now').mockImplementation(() => {
      wallMs += 50;
      return wallMs;
    });
    try {
      expect(stopped(1_000).now()).toBe(1_000);
    } finally {
      wall.mockRestore();
    }
  });

  it('starts at the wall and runs with it', () => {
    const before = Date.now();
    const now = new EngineClock().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('stands still at factor 0 and moves by set and advance', () => {
    const clock = stopped();
    expect(clock.now()).toBe(1_000);
    clock.advance(250.5);
    expect(clock.now()).toBe(1_250);
    clock.advance(0.5);
    expect(clock.now()).toBe(1_251);
    clock.set(5);
    expect(clock.now()).toBe(5);
  });

  it('tells when the next sleeper wakes', async () => {
    const clock = stopped(1_000);
    expect(clock.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    const given = new AbortController();
    const sleeps = [clock.sleep(300), clock.sleep(200, given.signal).catch(() => {})];
    expect(clock.nextDueMs).toBe(1_200);
    given.abort();
    expect(clock.nextDueMs).toBe(1_300);
    clock.set(clock.nextDueMs);
    await Promise.all(sleeps);
    expect(clock.nextDueMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not follow a wall clock that goes back, and goes on from there', () => {
    vi.useFakeTimers({ now: 10_000 });
    try {
      const clock = new EngineClock();
      vi.setSystemTime(4_000);
      expect(clock.now()).toBe(10_000);
      vi.setSystemTime(4_500);
      expect(clock.now()).toBe(10_500);
    } finally {
      vi.useRealTimers();
    }
  });

  it('scales from now on, not from the start', () => {
    vi.useFakeTimers({ now: 0 });
    try {
      const clock = new EngineClock();
      vi.setSystemTime(1_000);
      clock.scale(60);
      vi.setSystemTime(2_000);
      expect(clock.now()).toBe(61_000);
      expect(clock.factor).toBe(60);
    } finally {
      vi.useRealTimers();
    }
  });

  it('wakes a sleeper by the wall, by the factor', async () => {
    const clock = new EngineClock({ factor: 100_000 });
    const from = clock.now();
    await clock.sleep(hourMs);
    expect(clock.now() - from).toBeGreaterThanOrEqual(hourMs);
  });

  it('wakes sleepers by advance and by set, the earliest first, and nobody else', async () => {
    const clock = stopped();
    const woken: string[] = [];
    const sleepers = [
      clock.sleep(300).then(() => woken.push('300')),
      clock.sleep(100).then(() => woken.push('100')),
      clock.sleep(200).then(() => woken.push('200')),
    ];
    const late = clock.sleep(hourMs);
    clock.advance(99);
    await new Promise(setImmediate);
    expect(woken).toEqual([]);
    clock.advance(201);
    await Promise.all(sleepers);
    expect(woken).toEqual(['100', '200', '300']);
    expect(await stateOf(late)).toBe('pending');
    clock.set(2 * hourMs);
    await late;
  });

  it('wakes a sleeper by scale when the clock ran slowly before', async () => {
    const clock = stopped();
    const sleeping = clock.sleep(24 * hourMs);
    clock.scale(100_000_000);
    await sleeping;
  });

  it('keeps a sleeper waiting when the clock is set back', async () => {
    const clock = stopped(10_000);
    const sleeping = clock.sleep(1_000);
    clock.set(5_000);
    clock.advance(1_000);
    expect(await stateOf(sleeping)).toBe('pending');
    clock.advance(5_000);
    await sleeping;
  });

  it('rejects with the reason of the signal, before and during', async () => {
    const clock = stopped();
    const reason = new Error('enough');
    await expect(clock.sleep(1, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = clock.sleep(Number.POSITIVE_INFINITY, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });

  it('returns at once for nothing to wait for', async () => {
    await stopped().sleep(0);
    await stopped().sleep(-5);
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers({ now: 0 });
    try {
      const clock = new EngineClock();
      const controller = new AbortController();
      const aborted = clock.sleep(100, controller.signal);
      const woken = clock.sleep(60 * 24 * hourMs);
      expect(vi.getTimerCount()).toBe(1);
      controller.abort();
      await expect(aborted).rejects.toThrow();
      clock.advance(60 * 24 * hourMs);
      await woken;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('sleeps longer than a timer can', async () => {
    vi.useFakeTimers({ now: 0 });
    try {
      const clock = new EngineClock();
      const sleeping = clock.sleep(60 * 24 * hourMs);
      await vi.advanceTimersByTimeAsync(59 * 24 * hourMs);
      const state = { done: false };
      sleeping.then(() => {
        state.done = true;
      });
      await vi.advanceTimersByTimeAsync(0);
      expect(state.done).toBe(false);
      await vi.advanceTimersByTimeAsync(24 * hourMs);
      expect(state.done).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['advance', (clock: EngineClock) => clock.advance(-1)],
    ['advance', (clock: EngineClock) => clock.advance(Number.NaN)],
    ['set', (clock: EngineClock) => clock.set(Number.POSITIVE_INFINITY)],
    ['scale', (clock: EngineClock) => clock.scale(-1)],
    ['sleep', (clock: EngineClock) => clock.sleep(Number.NaN)],
  ])('refuses nonsense in %s', (_name, call) => {
    expect(() => call(stopped())).toThrow(RangeError);
  });
});
