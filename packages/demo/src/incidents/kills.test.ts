import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isExhaustive } from '../exactness/replay/rounds.ts';
import { type RunStrikeName, runStrikesOf } from '../exactness/replay/run-strikes.ts';
import { courseSettings } from './course.ts';
import { damages } from './damage.ts';
import { differencesOf } from './outcome.ts';
import type { StepPosition } from './step-calls.ts';
import { coursesOf, firsts, isEffect, isOfMachine } from './strike-plan.ts';
import { type StruckCourse, StruckCourses } from './struck-course.ts';
import { IncidentTrial } from './trial.ts';

/*
 * An alarm, two tiers, an acknowledgement and the alarm's end, with every call of the functions struck, and the execution stopped in every state. Whatever is
 * struck, everybody is told, in order, and nobody once it is answered.
 */

const courseMsMax = 1_200_000;
let trial: IncidentTrial;
let courses: StruckCourses;
let positions: readonly StepPosition[];
let sound: StruckCourse;

beforeAll(async () => {
  trial = await IncidentTrial.start(courseSettings);
  courses = new StruckCourses(trial);
  await trial.arm(courseSettings.alarms);
  courses.calls.record();
  sound = await courses.strike('answer lost', []);
  positions = courses.calls.recorded;
}, 600_000);

afterAll(() => trial?.stop());

/** Calls that are known today: a list without them is not the list of all. */
const known = [
  'intake on: dynamodb TransactWriteItems Put ALARM, Put INCIDENT #1',
  'intake on: states StartExecution #1',
  'tick on after nothing: dynamodb GetItem INCIDENT #1',
  'gather page-1-1-1-1: dynamodb TransactWriteItems Put OUTBOX #1',
  'send page-1-1-1-1: dynamodb TransactWriteItems Put OUTBOX #1',
  'send page-1-1-1-1: dynamodb TransactWriteItems Put INCIDENT #1',
  'send page-1-1-1-1: dynamodb UpdateItem SIGNING #1',
  'send page-1-1-1-1: sns Publish #2',
  'send page-1-1-1-1: dynamodb TransactWriteItems Put INCIDENT, Delete OUTBOX #1',
  'await on after page-1-1-1-1 #1: dynamodb TransactWriteItems Put INCIDENT #1',
  'send page-1-1-2-1: sns Publish #1',
  'acknowledge: dynamodb TransactWriteItems Put INCIDENT #1',
  'acknowledge: states SendTaskSuccess #1',
  'intake off: dynamodb TransactWriteItems Put ALARM, Put INCIDENT #1',
  'intake off: states SendTaskSuccess #1',
  'sweep: states ListExecutions #1',
];

/** What is struck elsewhere may keep a course from a call: so often those are tried again that nobody came to. */
const roundsMax = 4;

/** Strikes all of them, and none in vain. */
async function strikeAll(name: RunStrikeName, all: readonly StepPosition[]): Promise<void> {
  let left = all;
  for (let round = 0; round < roundsMax && left.length > 0; round += 1) {
    const struck = new Set<string>();
    for (const course of coursesOf(left)) {
      const result = await courses.strike(name, course);
      for (const each of result.struck) struck.add(each);
      expect({ name, course, differences: result.differences }).toEqual({ name, course, differences: [] });
    }
    left = left.filter((position) => !struck.has(position));
  }
  expect(left).toEqual([]);
}

/** Where an execution rests. */
const rests = [
  'Wait for others to go with: gather page-1-1-1-1',
  'Wait for an answer: await on after page-1-1-1-1',
  'Wait for others to go with: gather page-1-1-2-1',
  'Wait for an answer: await on after page-1-1-2-1',
  'Wait for an answer: await acknowledged after page-1-1-2-1',
  'Wait for an answer: await off after page-1-1-2-1',
  'Wait for others to go with: gather end-1-1-2-1-0',
];

describe('an escalation', { timeout: courseMsMax }, () => {
  it('tells everybody in order, and of the end', () => {
    expect(sound.differences).toEqual([]);
    for (const each of known) expect(positions).toContain(each);
  });

  it('does so when its functions die before each step, and after every call with an effect', async () => {
    const calls = positions.filter((position) => !isOfMachine(position));
    await strikeAll('killed before', isExhaustive ? calls : firsts(calls));
    await strikeAll('killed after', isExhaustive ? calls : calls.filter(isEffect));
  });

  it('does so when every answer is lost', async () => {
    await strikeAll(
      'answer lost',
      positions.filter((position) => !isOfMachine(position)),
    );
  });

  it('does so when its execution is stopped before and after every call, or fails there', async () => {
    const machine = positions.filter(isOfMachine);
    expect(machine.length).toBeGreaterThan(12);
    await strikeAll('killed before', machine);
    await strikeAll('killed after', machine);
    await strikeAll('failed with a 500, then answer lost', machine);
  });

  it('does so when its execution is stopped wherever it waits', async () => {
    const { struck, differences } = await courses.stopResting();
    expect(differences).toEqual([]);
    expect(struck.map((place) => place.replace(/ #\d+$/, ''))).toEqual(expect.arrayContaining(rests));
  });

  it.runIf(isExhaustive)(
    'does so when one call is struck, and nothing else',
    { timeout: 12 * courseMsMax },
    async () => {
      for (const position of positions) {
        for (const { name } of runStrikesOf(position)) {
          const { differences } = await courses.strike(name, [position]);
          expect({ name, position, differences }).toEqual({ name, position, differences: [] });
        }
      }
    },
  );
});

describe('the comparison', () => {
  it.each(Object.entries(damages))('finds that %s', (_, damage) => {
    const { outcome, expected } = sound;
    expect(differencesOf(damage(outcome), { ...expected, strikes: 0 })).not.toEqual([]);
  });

  it('finds a message that SNS has taken, and nobody got', { timeout: courseMsMax }, async () => {
    const lost = trial.stack.engine.faults.channels.add({ to: 'first@example.org', isPermanent: true, times: 1 });
    const { differences } = await courses.strike('answer lost', []);
    lost.remove();
    expect(differences).toContain('email:first@example.org was never told');
  });
});
