import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LockChange, RunKind } from './lock.ts';
import { abort, generationMax, letGo, noteHold, release, standing, switchTo, takeLock } from './lock.ts';
import { tellRefusal } from './refusal.ts';
import type { TimelineItem } from './timeline.ts';
import { firstTimeline } from './timeline.ts';

const held = [{ Consumer: 'count', Mapping: 'uuid-1' }] as const;
const assignments = [{ size: '1h', fromMs: 100, generation: 1 }] as const;

function take(item: TimelineItem, run: string, kind: RunKind = 'replay'): LockChange {
  return takeLock(item, { run, kind, execution: `arn:${run}`, nowMs: 1, pipe: `pipe-${run}` });
}

/** Throws where a step is refused. */
function after(item: TimelineItem, ...steps: ((item: TimelineItem) => LockChange)[]): TimelineItem {
  return steps.reduce((before, step) => {
    const change = step(before);
    if (!change.ok) throw new Error(tellRefusal(change.refusal));
    return change.item;
  }, item);
}

function refusalOf(change: LockChange): unknown {
  return change.ok ? undefined : change.refusal;
}

const a = (item: TimelineItem): LockChange => take(item, 'a');
const hold = (item: TimelineItem): LockChange => noteHold(item, 'a', held, 2);
const change = (item: TimelineItem): LockChange => switchTo(item, 'a', assignments, 3);

test('a whole run: lock, hold, switch, let go, release', () => {
  const locked = after(firstTimeline, a);
  expect(locked).toEqual({
    Version: 1,
    LastGeneration: 1,
    Ranges: {},
    Lock: { Run: 'a', Kind: 'replay', Generation: 1, Execution: 'arn:a', SinceMs: 1, Stage: 'open', Pipe: 'pipe-a' },
  });
  const switched = after(locked, hold, change);
  expect(switched.Ranges).toEqual({ '1h': [{ FromMs: 100, Generation: 1 }] });
  expect(switched.Lock).toMatchObject({ Stage: 'switched', SwitchedMs: 3, Held: held, HeldMs: 2 });
  const ended = after(
    switched,
    (item) => letGo(item, 'a'),
    (item) => release(item, 'a'),
  );
  expect(ended).toEqual({ Version: 5, LastGeneration: 1, Ranges: switched.Ranges });
});

test('the lock is refused while another run has it, which is named', () => {
  expect(refusalOf(take(after(firstTimeline, a), 'b'))).toEqual({
    kind: 'lock-held',
    run: 'a',
    runKind: 'replay',
    sinceMs: 1,
  });
});

test('undo and prune take the lock without a generation', () => {
  for (const kind of ['undo', 'prune'] as const) {
    const { LastGeneration, Lock } = after(firstTimeline, (item) => take(item, 'a', kind));
    expect(LastGeneration).toBe(0);
    expect(Lock?.Generation).toBeUndefined();
  }
});

test('a generation is never given again, and the last one is the last', () => {
  const released = after(
    firstTimeline,
    a,
    (item) => release(item, 'a'),
    (item) => take(item, 'b'),
  );
  expect(released.Lock?.Generation).toBe(2);
  const last = { ...firstTimeline, LastGeneration: generationMax - 1 };
  expect(after(last, a).Lock?.Generation).toBe(generationMax);
  const none = { ...firstTimeline, LastGeneration: generationMax };
  expect(refusalOf(take(none, 'a'))).toEqual({ kind: 'generations-used-up' });
  expect(after(none, (item) => take(item, 'a', 'undo')).Lock?.Run).toBe('a');
});

describe('abort and switch', () => {
  test('an abort that comes first makes the switch fail', () => {
    const aborted = after(firstTimeline, a, hold, (item) => abort(item, 'a', 5));
    expect(refusalOf(change(aborted))).toEqual({ kind: 'aborted' });
    expect(standing(aborted, 'a')).toEqual({ kind: 'aborted' });
  });

  test('an abort that comes after the switch is refused', () => {
    const switched = after(firstTimeline, a, hold, change);
    expect(refusalOf(abort(switched, 'a', 5))).toEqual({ kind: 'switched' });
    expect(standing(switched, 'a')).toBeUndefined();
  });

  test('nothing switches without a hold, or after the lock is gone', () => {
    expect(refusalOf(change(after(firstTimeline, a)))).toEqual({ kind: 'out-of-turn', stage: 'open' });
    expect(refusalOf(change(firstTimeline))).toEqual({ kind: 'lock-lost' });
    expect(refusalOf(change(after(firstTimeline, (item) => take(item, 'b'))))).toEqual({ kind: 'lock-lost' });
  });

  test('no hold begins after an abort or a switch', () => {
    expect(refusalOf(hold(after(firstTimeline, a, (item) => abort(item, 'a', 5))))).toEqual({ kind: 'aborted' });
    const switched = after(firstTimeline, a, hold, change);
    expect(refusalOf(hold(switched))).toEqual({ kind: 'switched' });
  });
});

test('what was held first is what is enabled again', () => {
  const holding = after(firstTimeline, a, hold);
  expect(noteHold(holding, 'a', [], 9)).toEqual({ ok: true, item: holding });
});

test('no lock is released over a held mapping, or over a hold that nobody decided', () => {
  const holding = after(firstTimeline, a, hold);
  expect(refusalOf(release(holding, 'a'))).toEqual({ kind: 'still-held', mappings: ['uuid-1'] });
  expect(refusalOf(letGo(holding, 'a'))).toEqual({ kind: 'out-of-turn', stage: 'holding' });
  const withNothingHeld = after(firstTimeline, a, (item) => noteHold(item, 'a', [], 2));
  expect(refusalOf(release(withNothingHeld, 'a'))).toEqual({ kind: 'still-held', mappings: [] });
});

const steps: readonly ((item: TimelineItem, run: string) => LockChange)[] = [
  (item, run) => take(item, run),
  (item, run) => noteHold(item, run, held, 2),
  (item, run) => abort(item, run, 5),
  (item, run) => switchTo(item, run, [{ size: '1h', fromMs: 100, generation: item.Lock?.Generation ?? 0 }], 3),
  (item, run) => letGo(item, run),
  (item, run) => release(item, run),
];
const drawnSteps = fc.array(fc.tuple(fc.nat(steps.length - 1), fc.constantFrom('a', 'b', 'c')), { maxLength: 40 });

test('whatever is tried in whatever order: steps are idempotent, touch no other run, and every change has a version', () => {
  fc.assert(
    fc.property(drawnSteps, (drawn) => {
      let item = firstTimeline;
      const given = new Set<number>();
      for (const [at, run] of drawn) {
        const step = steps[at] as (typeof steps)[number];
        const result = step(item, run);
        if (!result.ok) continue;
        if (result.item === item) continue;
        // Nobody changes what another run holds.
        expect([undefined, run]).toContain(item.Lock?.Run);
        expect(result.item.Version).toBe(item.Version + 1);
        expect(result.item.LastGeneration).toBeGreaterThanOrEqual(item.LastGeneration);
        if (result.item.Ranges !== item.Ranges) {
          expect(item.Lock).toMatchObject({ Run: run, Stage: 'holding' });
          expect(result.item.Lock?.Stage).toBe('switched');
        }
        if (item.Lock === undefined) {
          const generation = result.item.Lock?.Generation ?? Number.NaN;
          expect(given.has(generation)).toBe(false);
          given.add(generation);
        }
        if (result.item.Lock === undefined) expect(item.Lock?.Held ?? []).toEqual([]);
        item = result.item;
        expect(step(item, run)).toEqual({ ok: true, item });
      }
    }),
    { numRuns: 500 },
  );
});
