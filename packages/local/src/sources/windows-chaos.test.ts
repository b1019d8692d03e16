import { describe, expect, it } from 'vitest';
import { idleWhileTimePasses, type WindowedMapping, windowedMapping } from '../../test/windowed-mapping.ts';
import type { Attempt, Chaos } from './chaos.ts';

/* What may happen on AWS to the calls of a window, when a test wants it to. */

/** Three records of one window and one of the next, with this chaos. */
async function disturbed(chaos: Chaos, BatchSize = 2): Promise<WindowedMapping> {
  const tried = await windowedMapping({ settings: { BatchSize } });
  tried.mapping.chaos = chaos;
  await tried.arrive('09:00:10', 'a', 'b', 'c');
  await tried.arrive('09:01:00', 'd');
  await tried.mapping.start();
  await idleWhileTimePasses(tried);
  return tried;
}

describe('chaos', () => {
  it('is told of the window, and of what would end it', async () => {
    const attempts: Attempt[] = [];
    await disturbed((attempt) => void attempts.push(attempt), 3);
    const spans = attempts.map(({ records, firstSequenceNumber, window }) => [
      records,
      firstSequenceNumber !== '',
      new Date(window?.startMs ?? 0).toISOString().slice(11, 16),
      new Date(window?.endMs ?? 0).toISOString().slice(11, 16),
      window?.end,
    ]);
    expect(spans).toEqual([
      [3, true, '09:00', '09:01', undefined],
      [0, false, '09:00', '09:01', 'final'],
      [1, true, '09:01', '09:02', undefined],
    ]);
  });

  it('delivers the same records and state twice at once', async () => {
    const tried = await disturbed(({ window }) => ({ duplicate: window?.end === undefined }));
    // Nobody waits for a second invocation, which may end later than those that follow.
    expect(tried.story().sort()).toEqual([
      ...['09:00:00 - + a,b', '09:00:00 - + a,b', '09:00:00 a,b + c final'],
      ...['09:01:00 - + d', '09:01:00 - + d'],
    ]);
  });

  it('makes the final call twice at once, with records and without', async () => {
    const chaos: Chaos = ({ window }) => ({ duplicate: window?.end === 'final' });
    expect((await disturbed(chaos)).story().filter((call) => call.endsWith('final'))).toEqual([
      ...['09:00:00 a,b + c final', '09:00:00 a,b + c final'],
    ]);
    expect((await disturbed(chaos, 3)).story().filter((call) => call.endsWith('final'))).toEqual([
      ...['09:00:00 a,b,c + - final', '09:00:00 a,b,c + - final'],
    ]);
  });

  it('forgets a success: the records come again with the state before', async () => {
    const forgotten = new Set<string>();
    const tried = await disturbed(({ firstSequenceNumber, window }) => {
      const call = `${firstSequenceNumber} ${window?.startMs}`;
      const forget = !forgotten.has(call);
      forgotten.add(call);
      return { forget };
    }, 3);
    expect(tried.story()).toEqual([
      ...['09:00:00 - + a,b,c', '09:00:00 - + a,b,c', '09:00:00 a,b,c + - final', '09:00:00 a,b,c + - final'],
      ...['09:01:00 - + d', '09:01:00 - + d'],
    ]);
    expect(tried.events).toEqual([]);
  });

  it('forgets a success of a mapping without windows too', async () => {
    let nth = 0;
    const tried = await windowedMapping({ settings: { TumblingWindowInSeconds: 0 } });
    tried.mapping.chaos = () => ({ forget: nth++ === 0 });
    await tried.arrive('09:00:10', 'a');
    await tried.mapping.start();
    await tried.mapping.idle();
    expect(tried.story()).toEqual([' - + a', ' - + a']);
  });

  it('loses the state', async () => {
    const tried = await disturbed(({ window }) => ({ loseState: window?.end === 'final' }));
    expect(tried.story()).toEqual(['09:00:00 - + a,b', '09:00:00 - + c final', '09:01:00 - + d']);
  });

  it('ends a window early, with the records at hand; it goes on with nothing', async () => {
    const tried = await disturbed(({ window }) => ({ terminateEarly: window?.end === undefined }), 1);
    expect(tried.story()).toEqual([
      ...['09:00:00 - + a early', '09:00:00 - + b early', '09:00:00 - + c early', '09:00:00 - + - final'],
      '09:01:00 - + d early',
    ]);
  });

  it('does not call final what ends a window early, where a test wants that', async () => {
    const chaos: Chaos = ({ window }) => ({ terminateEarly: window?.end === undefined, earlyIsFinal: false });
    expect((await disturbed(chaos, 1)).story()).toEqual([
      ...['09:00:00 - + a early, not final', '09:00:00 - + b early, not final', '09:00:00 - + c early, not final'],
      ...['09:00:00 - + - final', '09:01:00 - + d early, not final'],
    ]);
  });

  it('makes the final call without the records that it would have', async () => {
    const tried = await disturbed(() => ({ final: false }));
    expect(tried.story()).toEqual([
      ...['09:00:00 - + a,b', '09:00:00 a,b + c', '09:00:00 a,b,c + - final', '09:01:00 - + d'],
    ]);
  });

  it('makes a call the final one though records of its window follow, which open it anew', async () => {
    const tried = await disturbed(() => ({ final: true }), 1);
    expect(tried.story()).toEqual([
      ...['09:00:00 - + a final', '09:00:00 - + b final', '09:00:00 - + c final', '09:01:00 - + d final'],
    ]);
  });

  it('chooses other bounds, which never cross those of a window', async () => {
    const tried = await disturbed(() => ({ bounds: 10 }), 1);
    expect(tried.story()).toEqual(['09:00:00 - + a,b,c', '09:00:00 a,b,c + - final', '09:01:00 - + d']);
    const fewer = await disturbed(() => ({ bounds: 1 }), 3);
    expect(fewer.story().slice(0, 3)).toEqual(['09:00:00 - + a', '09:00:00 a + b', '09:00:00 a,b + c']);
  });

  it('bisects a batch whose last half ends the window', async () => {
    const tried = await disturbed(({ records }) => ({ bisect: records > 1 }), 10);
    expect(tried.story()).toEqual([
      ...['09:00:00 - + a', '09:00:00 a + b', '09:00:00 a,b + c final', '09:01:00 - + d'],
    ]);
  });
});
