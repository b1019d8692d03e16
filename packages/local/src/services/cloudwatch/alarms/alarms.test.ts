import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs, startMs, topic, triedAlarms } from '../../../../test/tried-alarms.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the clock', () => {
  test('evaluates half a minute after each minute, and nothing while there is no alarm', async () => {
    const tried = triedAlarms();
    await turn();
    expect(tried.clock.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    tried.put('a');
    tried.add(1, 11);
    await turn();
    expect(tried.clock.nextDueMs).toBe(startMs + 30_000);
    tried.clock.advance(29_999);
    await turn();
    expect(tried.state('a')).toBe('INSUFFICIENT_DATA');
    tried.clock.advance(1);
    await turn();
    expect([tried.state('a'), tried.clock.nextDueMs]).toEqual(['ALARM', startMs + 90_000]);
    tried.alarms.close();
    await turn();
    expect([tried.clock.nextDueMs, tried.errors]).toEqual([Number.POSITIVE_INFINITY, []]);
  });

  test('does nothing where alarms are to be evaluated on demand', async () => {
    const tried = triedAlarms({ byThemselves: false });
    tried.put('a');
    tried.add(1, 11);
    await turn();
    expect(tried.clock.nextDueMs).toBe(Number.POSITIVE_INFINITY);
    tried.alarms.evaluate();
    expect(tried.state('a')).toBe('ALARM');
  });

  test('a leap is one evaluation, for where it ends', async () => {
    const tried = triedAlarms();
    tried.put('a');
    await turn();
    tried.add(-1, 11);
    tried.add(-59, 10);
    tried.clock.advance(hourMs);
    await turn();
    expect(tried.events.map(({ detail }) => detail.state)).toMatchObject([{ value: 'OK' }]);
    tried.alarms.close();
  });
});

describe('a state that was set', () => {
  test('lasts until the next evaluation, with the actions of both transitions', () => {
    const tried = triedAlarms();
    tried.put('a', { AlarmActions: [topic('on')], OKActions: [topic('off')], TreatMissingData: 'notBreaching' });
    tried.alarms.setState('a', { value: 'ALARM', reason: 'tried', reasonData: undefined });
    tried.alarms.setState('a', { value: 'ALARM', reason: 'tried again', reasonData: undefined });
    expect([tried.reason('a'), tried.events.length]).toEqual(['tried again', 1]);
    tried.after(0);
    expect(tried.taken).toEqual(['ALARM: on', 'OK: off']);
  });

  test('is left by an alarm that ignores missing data', () => {
    const tried = triedAlarms();
    tried.put('a', { TreatMissingData: 'ignore' });
    tried.alarms.setState('a', { value: 'ALARM', reason: 'tried', reasonData: undefined });
    tried.after(minuteMs);
    expect(tried.state('a')).toBe('ALARM');
  });

  test('no two transitions have the same time, though the clock stands still', () => {
    const tried = triedAlarms();
    tried.put('a');
    for (const value of ['ALARM', 'OK', 'ALARM'] as const) {
      tried.alarms.setState('a', { value, reason: value, reasonData: undefined });
    }
    expect(tried.events.map(({ timeMs }) => timeMs - startMs)).toEqual([1, 2, 3]);
  });

  test('takes no action where actions are disabled', () => {
    const tried = triedAlarms();
    tried.put('a', { AlarmActions: [topic('on')], OKActions: [topic('off')], ActionsEnabled: false });
    tried.alarms.setState('a', { value: 'ALARM', reason: 'tried', reasonData: undefined });
    tried.alarms.setActionsEnabled('a', true);
    tried.alarms.setState('a', { value: 'OK', reason: 'tried', reasonData: undefined });
    expect([tried.taken, tried.events.length]).toEqual([['OK: off'], 2]);
  });
});

describe('over a restart', () => {
  test('alarms go on in their states, and those of the template go with it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-alarms-'));
    try {
      const first = triedAlarms({ directory });
      first.put('of the template', {}, true);
      first.put('gone', {}, true);
      first.put('of the API');
      first.compose('composite', 'ALARM("of the API")');
      for (const name of ['of the template', 'of the API']) {
        first.alarms.setState(name, { value: 'ALARM', reason: 'set', reasonData: '{"a":1}' });
      }
      first.alarms.close();
      first.store.close();
      const second = triedAlarms({ directory, begin: false });
      second.put('of the template', { TreatMissingData: 'ignore' }, true);
      second.alarms.start();
      expect(second.alarms.list().map(({ alarm, state }) => [alarm.name, state.value])).toEqual([
        ['composite', 'ALARM'],
        ['of the API', 'ALARM'],
        ['of the template', 'ALARM'],
      ]);
      expect(second.alarms.get('of the API')?.state).toEqual(first.alarms.get('of the API')?.state);
      second.after(minuteMs);
      expect([second.state('of the template'), second.state('of the API'), second.state('composite')]).toEqual([
        'ALARM',
        'INSUFFICIENT_DATA',
        'OK',
      ]);
      second.alarms.close();
      second.store.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('an alarm that is put as it was is not updated', () => {
    const tried = triedAlarms();
    tried.put('a');
    tried.clock.advance(minuteMs);
    tried.put('a');
    expect(tried.alarms.get('a')?.alarm.updatedMs).toBe(startMs);
    tried.put('a', { Threshold: 11 });
    expect(tried.alarms.get('a')?.alarm.updatedMs).toBe(startMs + minuteMs);
  });

  test('alarms that are evaluated on demand alone change with a start and a restart in nothing, composite ones neither', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-alarms-'));
    try {
      const first = triedAlarms({ directory, begin: false, byThemselves: false });
      first.put('a', {}, true);
      first.compose('c', 'NOT ALARM(a)');
      first.alarms.start();
      expect([first.state('c'), first.events]).toEqual(['INSUFFICIENT_DATA', []]);
      first.alarms.evaluate();
      expect([first.state('c'), first.events.length]).toEqual(['ALARM', 1]);
      first.alarms.close();
      first.store.close();
      const second = triedAlarms({ directory, begin: false, byThemselves: false });
      second.put('a', {}, true);
      second.compose('c', 'ALARM(a)');
      second.alarms.start();
      expect([second.state('c'), second.events]).toEqual(['ALARM', []]);
      second.alarms.setState('a', { value: 'OK', reason: 'set', reasonData: undefined });
      expect(second.state('c')).toBe('OK');
      second.alarms.close();
      second.store.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('a rule that nobody has looked at before the engine ended is looked at by the next', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-alarms-'));
    try {
      const first = triedAlarms({ directory, begin: false });
      first.put('a', {}, true);
      first.compose('c', 'NOT ALARM(a)');
      first.store.close();
      const second = triedAlarms({ directory, begin: false });
      second.put('a', {}, true);
      second.compose('c', 'NOT ALARM(a)');
      expect(second.state('c')).toBe('INSUFFICIENT_DATA');
      second.alarms.start();
      expect([second.state('c'), second.events.length]).toEqual(['ALARM', 1]);
      second.alarms.close();
      second.store.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('what the template says is seen when all of it stands', () => {
    const tried = triedAlarms({ begin: false });
    tried.put('a', {}, true);
    tried.compose('c', 'NOT ALARM(a)');
    expect([tried.state('c'), tried.events]).toEqual(['INSUFFICIENT_DATA', []]);
    tried.alarms.start();
    expect(tried.state('c')).toBe('ALARM');
    tried.alarms.close();
  });
});
