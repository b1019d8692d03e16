import { describe, expect, onTestFinished, test } from 'vitest';
import { EngineClock } from '../../clock.ts';
import type { SendOutcome } from '../events/retries.ts';
import type { ScheduleDeadLetter } from './dead-letter.ts';
import { scheduleInputMembers } from './members.ts';
import { readSchedule } from './read-schedule.ts';
import { Schedules } from './schedules.ts';

const place = { region: 'us-east-1', account: '000000000000' };
const startMs = Date.parse('2026-11-20T03:00:00Z');
const minuteMs = 60_000;
const busy: SendOutcome = { ok: false, canRetry: true, code: 'ThrottlingException', message: 'Rate exceeded' };

/** Schedules on a clock that stands still, and when they invoked their targets for what time, both as `03:05`. */
function scheduled({ answer = async (): Promise<SendOutcome> => ({ ok: true }) } = {}) {
  const clock = new EngineClock({ startMs, factor: 0 });
  const invoked: string[] = [];
  const inputs: string[] = [];
  const letters: ScheduleDeadLetter[] = [];
  const timeOf = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  const schedules = new Schedules({
    ...{ clock, ...place },
    invoke: ({ name }, input) => {
      inputs.push(input);
      invoked.push(`${name} ${input.slice(11, 16)} at ${timeOf(clock.now())}`);
      return answer();
    },
    bury: async (letter) => void letters.push(letter),
    onError: (error) => {
      throw error;
    },
  });
  schedules.start();
  onTestFinished(() => schedules.close());
  const put = async (Name: string, ScheduleExpression: string, { Target, ...more }: Record<string, unknown> = {}) => {
    const given = { Name, ScheduleExpression, FlexibleTimeWindow: { Mode: 'OFF' }, ...more };
    const target = {
      ...{ Arn: 'arn:aws:sqs:us-east-1:000000000000:jobs', RoleArn: 'arn:aws:iam::000000000000:role/scheduling' },
      ...{ Input: '<aws.scheduler.scheduled-time>', ...(Target as object) },
    };
    const read = readSchedule({ ...given, Target: target }, scheduleInputMembers, place);
    if (!read.ok) throw new Error(read.mistakes.join('; '));
    schedules.put(read.definition);
    await turn();
  };
  /** Minute by minute: every timer on the way wakes at its own time. */
  const pass = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed += 1) {
      clock.advance(minuteMs);
      await turn();
    }
  };
  return { clock, schedules, invoked, inputs, letters, put, pass };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const seconds = (time: string) => Date.parse(`2026-11-20T${time}Z`) / 1_000;

describe('a schedule', () => {
  test('of a rate begins at once, and goes on from there', async () => {
    const { invoked, put, pass } = scheduled();
    await put('often', 'rate(2 minutes)');
    await pass(5);
    expect(invoked).toEqual(['often 03:00 at 03:00', 'often 03:02 at 03:02', 'often 03:04 at 03:04']);
  });

  test('of a rate begins with its start', async () => {
    const { invoked, put, pass } = scheduled();
    await put('later', 'rate(10 minutes)', { StartDate: seconds('03:05:00') });
    await put('before', 'rate(10 minutes)', { StartDate: seconds('02:57:00') });
    await pass(20);
    expect(invoked.filter((each) => each.startsWith('later'))).toEqual([
      'later 03:05 at 03:05',
      'later 03:15 at 03:15',
    ]);
    expect(invoked.filter((each) => each.startsWith('before'))).toEqual([
      'before 03:07 at 03:07',
      'before 03:17 at 03:17',
    ]);
  });

  test('of a cron comes on or after its start, and before its end', async () => {
    const { invoked, put, pass } = scheduled();
    const StartDate = seconds('03:10:00');
    await put('five', 'cron(0/5 * * * ? *)', { StartDate, EndDate: seconds('03:20:00') });
    await pass(30);
    expect(invoked).toEqual(['five 03:10 at 03:10', 'five 03:15 at 03:15']);
  });

  test('of a cron that falls on its creation comes with the next time', async () => {
    const { invoked, put, pass } = scheduled();
    await put('hourly', 'cron(0 * * * ? *)');
    await pass(60);
    expect(invoked).toEqual(['hourly 04:00 at 04:00']);
  });

  test('for one time comes then, whatever its start and end, and stays or goes', async () => {
    const { invoked, schedules, put, pass } = scheduled();
    const before = { StartDate: seconds('02:00:00'), EndDate: seconds('03:01:00') };
    await put('stays', 'at(2026-11-20T03:03:00)', before);
    const inBerlin = { ScheduleExpressionTimezone: 'Europe/Berlin', ActionAfterCompletion: 'DELETE' };
    await put('goes', 'at(2026-11-20T04:03:00)', inBerlin);
    // A time that clocks skip.
    await put('never', 'at(2027-03-28T02:30:00)', inBerlin);
    await pass(10);
    expect(invoked).toEqual(['stays 03:03 at 03:03', 'goes 03:03 at 03:03']);
    expect(schedules.list().map(({ definition }) => definition.name)).toEqual(['never', 'stays']);
  });

  test('is gone after its last time before the end, where that is wanted', async () => {
    const { invoked, schedules, put, pass } = scheduled();
    await put('twice', 'rate(5 minutes)', { EndDate: seconds('03:08:00'), ActionAfterCompletion: 'DELETE' });
    await put('endless', 'cron(2 3 20 11 ? 2026)', { ActionAfterCompletion: 'DELETE' });
    await pass(4);
    expect(schedules.get('default', 'twice')).toBeDefined();
    await pass(1);
    expect(invoked).toEqual(['twice 03:00 at 03:00', 'endless 03:02 at 03:02', 'twice 03:05 at 03:05']);
    expect(schedules.list().map(({ definition }) => definition.name)).toEqual(['endless']);
  });

  test('comes for the last time that a leap of the clock passed', async () => {
    const { clock, invoked, put } = scheduled();
    await put('five', 'cron(0/5 * * * ? *)', { EndDate: seconds('03:32:00') });
    clock.advance(17 * minuteMs);
    await turn();
    clock.advance(60 * minuteMs);
    await turn();
    expect(invoked).toEqual(['five 03:15 at 03:17', 'five 03:30 at 04:17']);
  });

  test('that is disabled, made another or removed comes no more as it was', async () => {
    const { invoked, schedules, put, pass } = scheduled();
    await put('a', 'rate(5 minutes)', { State: 'DISABLED' });
    await put('b', 'cron(0/5 * * * ? *)');
    await put('c', 'cron(0/5 * * * ? *)');
    await pass(5);
    await put('b', 'cron(0/7 * * * ? *)');
    schedules.remove('default', 'c');
    await pass(5);
    expect(invoked).toEqual(['b 03:05 at 03:05', 'c 03:05 at 03:05', 'b 03:07 at 03:07']);
  });
});

describe('a flexible window', () => {
  const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 };

  test('has the invocation somewhere within, the same with every engine, for the time that it begins with', async () => {
    const run = async () => {
      const { invoked, put, pass } = scheduled();
      await put('loose', 'rate(20 minutes)', { FlexibleTimeWindow });
      await pass(120);
      return invoked;
    };
    const invoked = await run();
    const late = invoked.map((each) => {
      const [, from = '', at = ''] = /^loose (\S+) at (\S+)$/.exec(each) ?? [];
      return (Date.parse(`2026-11-20T${at}Z`) - Date.parse(`2026-11-20T${from}Z`)) / minuteMs;
    });
    expect(late).toHaveLength(6);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(15);
    expect(new Set(late).size).toBeGreaterThan(1);
    expect(await run()).toEqual(invoked);
  });

  test('that has begun ends with its schedule', async () => {
    const { invoked, schedules, put, pass } = scheduled();
    await put('loose', 'rate(20 minutes)', {
      FlexibleTimeWindow: { ...FlexibleTimeWindow, MaximumWindowInMinutes: 1_440 },
    });
    schedules.remove('default', 'loose');
    await pass(1_500);
    expect(invoked).toEqual([]);
  });
});

describe('a target that is busy', () => {
  test('is invoked again, later each time, under another execution id, until the retries are used up', async () => {
    const { clock, inputs, letters, put, schedules } = scheduled({ answer: async () => busy });
    await put('busy', 'at(2026-11-20T03:00:00)', {
      Target: {
        Input: '<aws.scheduler.execution-id> <aws.scheduler.attempt-number> <aws.scheduler.schedule-arn>',
        RetryPolicy: { MaximumRetryAttempts: 2 },
      },
      ActionAfterCompletion: 'DELETE',
    });
    for (let half = 0; half < 6; half += 1) {
      expect(schedules.get('default', 'busy')).toBeDefined();
      clock.advance(500);
      await turn();
    }
    const [first = '', second = '', third = ''] = inputs;
    const arn = 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/busy';
    expect(first).toMatch(new RegExp(`^[0-9a-f]{16} 1 ${arn}$`));
    expect([second, third].map((each) => each.slice(17))).toEqual([`2 ${arn}`, `3 ${arn}`]);
    expect(new Set(inputs.map((each) => each.slice(0, 16))).size).toBe(3);
    expect(letters).toMatchObject([
      { retries: 2, exhausted: 'MaximumRetryAttempts', code: 'ThrottlingException', input: third },
    ]);
    expect(schedules.get('default', 'busy')).toBeUndefined();
  });

  test('is given up when the invocation is too old', async () => {
    const { inputs, letters, put, pass } = scheduled({ answer: async () => busy });
    await put('busy', 'at(2026-11-20T03:00:00)', { Target: { RetryPolicy: { MaximumEventAgeInSeconds: 180 } } });
    await pass(4);
    expect(inputs.length).toBeGreaterThan(1);
    expect(letters).toMatchObject([{ exhausted: 'MaximumEventAgeInSeconds', retries: inputs.length - 1 }]);
  });

  test('that needs no second attempt gets none', async () => {
    const gone: SendOutcome = { ok: false, canRetry: false, code: 'ResourceNotFoundException', message: 'gone' };
    const { inputs, letters, put, pass } = scheduled({ answer: async () => gone });
    await put('gone', 'at(2026-11-20T03:00:00)');
    await pass(10);
    expect(inputs).toHaveLength(1);
    expect(letters).toMatchObject([{ retries: 0, exhausted: undefined }]);
  });
});

test('chaos invokes late, twice, after a refusal, and after a success that is forgotten', async () => {
  const { clock, invoked, schedules, put, pass } = scheduled();
  schedules.chaos = ({ scheduleName, retries }) => {
    if (scheduleName === 'late') return { lateMs: 3 * minuteMs };
    if (scheduleName === 'twice') return { duplicate: true };
    return { [scheduleName === 'refused' ? 'refuse' : 'forget']: retries === 0 };
  };
  for (const name of ['late', 'twice', 'refused', 'forgotten']) await put(name, 'at(2026-11-20T03:00:00)');
  const [twice, forgotten] = ['twice 03:00 at 03:00', 'forgotten 03:00 at 03:00'];
  expect(invoked).toEqual([twice, twice, forgotten]);
  clock.advance(1_000);
  await turn();
  expect(invoked.slice(3)).toEqual(['refused 03:00 at 03:00', forgotten]);
  await pass(3);
  expect(invoked.slice(5)).toEqual(['late 03:00 at 03:03']);
  await schedules.settled();
});

test('nothing comes before the engine stands', async () => {
  const clock = new EngineClock({ startMs, factor: 0 });
  const inputs: string[] = [];
  const schedules = new Schedules({
    ...{ clock, ...place, bury: async () => {}, onError: () => {} },
    invoke: async (_, input) => {
      inputs.push(input);
      return { ok: true };
    },
  });
  onTestFinished(() => schedules.close());
  const read = readSchedule(
    {
      ...{ Name: 'a', ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: {
        ...{ Arn: 'arn:aws:lambda:us-east-1:000000000000:function:work', Input: undefined },
        RoleArn: 'arn:aws:iam::000000000000:role/scheduling',
      },
    },
    scheduleInputMembers,
    place,
  );
  if (!read.ok) throw new Error(read.mistakes.join('; '));
  schedules.put(read.definition);
  await turn();
  expect(inputs).toEqual([]);
  schedules.start();
  await turn();
  expect(inputs.map((input) => JSON.parse(input) as unknown)).toEqual([
    {
      ...{ version: '0', id: expect.stringMatching(/^[0-9a-f-]{36}$/), 'detail-type': 'Scheduled Event' },
      ...{ source: 'aws.scheduler', account: '000000000000', time: '2026-11-20T03:00:00Z', region: 'us-east-1' },
      ...{ resources: ['arn:aws:scheduler:us-east-1:000000000000:schedule/default/a'], detail: '{}' },
    },
  ]);
});
