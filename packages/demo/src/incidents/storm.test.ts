import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAlarms, putAlarms, stormDifferences, turnAll } from './storm.ts';
import { IncidentTrial } from './trial.ts';

/*
 * Hundreds of alarms turn on at once: each has an incident and an execution of its own, and people get a few messages of them all. `bench incidents` does the
 * same with ten thousand.
 */

const stormMsMax = 600_000;
const alarms = 300;
const contacts = ['email:first@example.org', 'sms:+4915112345678'];
let trial: IncidentTrial;

beforeAll(async () => {
  trial = await IncidentTrial.start(
    {
      alarms: ['page view'],
      escalation: {
        tiers: [{ notify: contacts, acknowledgeWithin: '24h' }],
        ...{ gather: '2m', joinWithin: '2m' },
      },
    },
    { change: (assembly) => addAlarms(assembly, alarms) },
  );
}, stormMsMax);

afterAll(() => trial?.stop());

/** What each contact got since that message, by the channel. */
function got(after: number): Readonly<Record<string, readonly string[]>> {
  const all = trial.messages(after);
  const of = (channel: string) => all.filter((each) => each.channel === channel).map(({ text }) => text);
  return { email: of('email'), sms: of('sms') };
}

/** Of how many incidents each of these messages is. */
function listed(texts: readonly string[]): number[] {
  return texts.map((text) => Number(/(?:HIGH|Over): ([\d,]+) alarms/.exec(text)?.[1]?.replaceAll(',', '')));
}

test('hundreds of alarms at once are an incident each, and a few messages of all of them', {
  timeout: stormMsMax,
}, async () => {
  const { engine } = trial.stack;
  putAlarms(engine, alarms, trial.alarm('page view'));
  turnAll(engine, alarms, 'OK');
  await trial.quiet.settled();
  turnAll(engine, alarms, 'ALARM');
  const told = await trial.quiet.until('everybody is told of everything', async () => {
    const incidents = await trial.found.incidents('web');
    return incidents.length === alarms && incidents.every(({ item }) => item.Reached) && incidents;
  });
  const { email = [], sms = [] } = got(0);
  for (const texts of [email, sms]) {
    expect(listed(texts).reduce((sum, count) => sum + count, 0)).toBe(alarms);
    expect(texts.length).toBeLessThanOrEqual(3);
  }
  const [longest = ''] = [...email].sort((one, other) => other.length - one.length);
  expect(longest.match(/incidents acknowledge /g)).toHaveLength(20);
  expect(longest).toMatch(/^And \d+ more alarms: tidemark --stage dev incidents list$/m);
  expect(new Set((await trial.found.executions()).map(({ name }) => name))).toEqual(
    new Set(told.map(({ incident }) => incident)),
  );

  const after = trial.latestMessage;
  const [first] = told;
  await trial.tidemark('incidents', 'acknowledge', first?.incident ?? '');
  turnAll(engine, alarms, 'OK');
  await trial.ended();
  const ends = got(after);
  for (const texts of [ends.email ?? [], ends.sms ?? []]) {
    expect(listed(texts).reduce((sum, count) => sum + count, 0)).toBe(alarms);
    expect(texts.length).toBeLessThanOrEqual(4);
  }
  const items = (await trial.found.incidents('web')).map(({ item }) => item);
  expect(stormDifferences(items, alarms, contacts)).toEqual([]);
  expect(await trial.found.outbox()).toEqual([]);
  expect((await trial.found.executions()).every(({ status }) => status === 'SUCCEEDED')).toBe(true);
  expect(trial.stack.engineErrors).toEqual([]);
});
