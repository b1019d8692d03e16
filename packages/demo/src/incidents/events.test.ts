import type { BusEvent } from '@tidemark/local/services/events/event';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { contactOf } from './outcome.ts';
import { IncidentTrial, minuteMs } from './trial.ts';

/*
 * Events of alarms that come twice, at once, late, in any order or not at all, alarms that flap, that nobody answers, that are silenced: one incident each,
 * of which people hear what they should. The tests share one engine and have alarms of their own.
 */

const trialMsMax = 240_000;
const first = ['email:first@example.org', 'sms:+4915112345678'];
const second = ['email:second@example.org'];
const orders = [
  ['on', 'off', 'on again'],
  ['on', 'on again', 'off'],
  ['off', 'on', 'on again'],
  ['off', 'on again', 'on'],
  ['on again', 'on', 'off'],
  ['on again', 'off', 'on'],
] as const;
const alarms = [
  'twice',
  'late',
  'lost',
  'flaps',
  'unanswered',
  'silenced',
  ...orders.map((order) => order.join(' then ')),
];
let trial: IncidentTrial;
/** Every event that came to the rule, by its alarm's name in CloudWatch. */
const events: BusEvent[] = [];
let after: number;

beforeAll(async () => {
  trial = await IncidentTrial.start({
    alarms,
    escalation: {
      tiers: [
        { notify: first, acknowledgeWithin: '10m' },
        { notify: second, acknowledgeWithin: '20m' },
      ],
      ...{ rounds: 1, gather: '1m', joinWithin: '2m', raiseAgainAfter: '1h' },
      maintenance: [{ cron: '0 2 ? * SUN *', for: '1h', zone: 'UTC' }],
    },
  });
  await trial.arm(alarms);
}, 600_000);

afterAll(() => trial?.stop());

afterEach(() => {
  trial.stack.engine.rules.chaos = undefined;
  expect(trial.stack.engineErrors).toEqual([]);
});

/** Keeps events of alarms from their targets, and remembers them; and sweeps, unless those are to go on: they ask CloudWatch. */
function withhold({ sweeps = false } = {}): void {
  events.length = 0;
  trial.stack.engine.rules.chaos = ({ event }) => {
    const isAlarm = event.source === 'aws.cloudwatch';
    if (isAlarm) events.push(event);
    return isAlarm || !sweeps ? { lose: true } : undefined;
  };
}

/** Events of one alarm, in the order in which they happened. */
function eventsOf(name: string): readonly BusEvent[] {
  return events.filter(({ detail }) => detail.alarmName === trial.alarm(name));
}

/** Once more. */
function deliver(event: BusEvent | undefined): void {
  if (event === undefined) throw new Error('there was no such event');
  const { source, detail, resources, time, 'detail-type': detailType } = event;
  trial.stack.engine.rules.put({ source, detailType, detail, resources, timeMs: Date.parse(time) });
}

/** Everything that was told since `after`, as `contact: first words`, in order. */
function told(): readonly string[] {
  return trial.messages(after).map((message) => {
    const [, what = ''] = /^(?:Tidemark> )?([A-Z][A-Za-z ]+): /.exec(message.subject ?? message.text) ?? [];
    return `${contactOf(message)}: ${what}`;
  });
}

function each(contacts: readonly string[], what: string): string[] {
  return contacts.map((contact) => `${contact}: ${what}`);
}

async function ofAlarm(name: string) {
  return (await trial.found.incidents('web')).filter(({ item }) => item.Alarm === trial.alarm(name));
}

async function end(name: string, incident: string): Promise<void> {
  trial.turn(name, 'OK');
  await trial.until(incident, 'recovered');
  await over();
}

/** Nothing is left to do of anything. */
async function over(): Promise<void> {
  await trial.ended();
  expect(await trial.found.outbox()).toEqual([]);
}

test('an event that comes thirty times at once, and again when all is over, is one incident', {
  timeout: trialMsMax,
}, async () => {
  after = trial.latestMessage;
  withhold();
  const incident = trial.turn('twice', 'ALARM');
  await trial.quiet.settled();
  trial.stack.engine.rules.chaos = undefined;
  const [event] = eventsOf('twice');
  for (let time = 0; time < 30; time += 1) deliver(event);
  await trial.quiet.until('the first tier is told', () => told().length >= first.length);
  for (let time = 0; time < 3; time += 1) deliver(event);
  await trial.quiet.settled();
  await end('twice', incident);
  deliver(event);
  await trial.quiet.pass(minuteMs);
  expect([...told()].sort()).toEqual([...each(first, 'HIGH'), ...each(first, 'Over')].sort());
  expect((await ofAlarm('twice')).map((found) => found.incident)).toEqual([incident]);
  expect((await trial.found.executions()).map(({ name, status }) => [name, status])).toEqual([[incident, 'SUCCEEDED']]);
});

test('events that come in whatever order, each of them three times: one incident for an alarm that is on', {
  timeout: trialMsMax,
}, async () => {
  after = trial.latestMessage;
  withhold();
  const names = orders.map((order) => order.join(' then '));
  const ids = new Map<string, Record<string, string>>();
  for (const name of names) ids.set(name, { on: trial.turn(name, 'ALARM') });
  await trial.quiet.pass(5 * minuteMs);
  for (const name of names) trial.turn(name, 'OK');
  await trial.quiet.pass(5 * minuteMs);
  for (const name of names) ids.set(name, { ...ids.get(name), 'on again': trial.turn(name, 'ALARM') });
  await trial.quiet.settled();
  trial.stack.engine.rules.chaos = undefined;
  for (let at = 0; at < 3; at += 1) {
    for (const order of orders) {
      const name = order.join(' then ');
      const place = { on: 0, off: 1, 'on again': 2 }[order[at] ?? 'on'];
      for (let time = 0; time < 3; time += 1) deliver(eventsOf(name)[place]);
    }
    await trial.quiet.settled();
  }
  await trial.quiet.until('the first tier is told', () => told().length >= first.length);
  for (const order of orders) {
    const name = order.join(' then ');
    // What is older than what was heard of is passed over; what is newer joins.
    const opening = order[0] === 'on' ? 'on' : 'on again';
    const found = await ofAlarm(name);
    expect([name, found.map(({ incident }) => incident)]).toEqual([name, [ids.get(name)?.[opening]]]);
    const { Status, Log = [] } = found[0]?.item ?? {};
    expect({ name, Status, log: Log.map(({ Kind }) => Kind) }).toMatchObject({ name, Status: 'open' });
  }
  // One message to each, of all of them.
  expect([...told()].sort()).toEqual(each(first, 'HIGH').sort());
  expect(trial.messages(after).find(({ channel }) => channel === 'email')?.subject).toContain('6 alarms');
  for (const name of names) trial.turn(name, 'OK');
  await trial.quiet.until('all are over', async () =>
    (await trial.found.incidents('web')).every(({ item }) => item.Status === 'recovered'),
  );
  await over();
});

test('an event that comes after the alarm’s end tells nobody; the end that comes before it neither', {
  timeout: trialMsMax,
}, async () => {
  after = trial.latestMessage;
  withhold();
  trial.turn('late', 'ALARM');
  await trial.quiet.pass(30 * minuteMs);
  trial.turn('late', 'OK');
  await trial.quiet.settled();
  trial.stack.engine.rules.chaos = undefined;
  const [on, off] = eventsOf('late');
  deliver(off);
  await trial.quiet.settled();
  deliver(on);
  await trial.quiet.pass(30 * minuteMs);
  expect(told()).toEqual([]);
  expect(await ofAlarm('late')).toEqual([]);
});

test('an event that never comes is made good for by the sweep', { timeout: trialMsMax }, async () => {
  after = trial.latestMessage;
  withhold({ sweeps: true });
  const incident = trial.turn('lost', 'ALARM');
  await trial.quiet.until('the first tier is told', () => told().length >= first.length);
  expect(events).toHaveLength(1);
  // When it comes at last, somebody has been told.
  trial.stack.engine.rules.chaos = undefined;
  deliver(events[0]);
  await trial.quiet.pass(minuteMs);
  withhold({ sweeps: true });
  trial.turn('lost', 'OK');
  await trial.until(incident, 'recovered');
  await over();
  expect([...told()].sort()).toEqual([...each(first, 'HIGH'), ...each(first, 'Over')].sort());
  expect((await ofAlarm('lost')).map((found) => found.incident)).toEqual([incident]);
});

test('an alarm that flaps is one incident, and nobody hears of it again', { timeout: trialMsMax }, async () => {
  after = trial.latestMessage;
  const incident = trial.turn('flaps', 'ALARM');
  await trial.quiet.until('the first tier is told', () => told().length >= first.length);
  await trial.tidemark('incidents', 'acknowledge', incident);
  for (let flap = 0; flap < 4; flap += 1) {
    await trial.quiet.pass(minuteMs / 2);
    trial.turn('flaps', 'OK');
    await trial.quiet.pass(minuteMs / 2);
    expect(await trial.incident(incident)).toMatchObject({ Status: 'settling' });
    trial.turn('flaps', 'ALARM');
    await trial.quiet.settled();
  }
  expect(await trial.incident(incident)).toMatchObject({ Status: 'acknowledged', Flaps: 4 });
  expect([...told()].sort()).toEqual(each(first, 'HIGH').sort());
  await end('flaps', incident);
  expect([...told()].sort()).toEqual([...each(first, 'HIGH'), ...each(first, 'Over')].sort());
  expect((await ofAlarm('flaps')).map((found) => found.incident)).toEqual([incident]);
});

test('what nobody answers has a last word, is raised again, and once more when whoever took it on has not ended it', {
  timeout: trialMsMax,
}, async () => {
  after = trial.latestMessage;
  const incident = trial.turn('unanswered', 'ALARM');
  const everybody = [...first, ...second];
  await trial.until(incident, 'unanswered');
  const round = [...each(first, 'HIGH'), ...each(second, 'HIGH')];
  const lastWord = each(everybody, 'NOBODY HAS ANSWERED');
  expect([...told()].sort()).toEqual([...round, ...lastWord].sort());
  const saidMs = trial.nowMs;
  await trial.quiet.until('it is raised again', () => told().length >= round.length + lastWord.length + first.length);
  expect(trial.nowMs - saidMs).toBeGreaterThanOrEqual(59 * minuteMs);
  await trial.tidemark('incidents', 'acknowledge', incident);
  const answeredMs = trial.nowMs;
  const before = told().length;
  await trial.quiet.until('it is raised once more', () => told().length >= before + first.length);
  expect(trial.nowMs - answeredMs).toBeGreaterThanOrEqual(59 * minuteMs);
  await trial.tidemark('incidents', 'resolve', incident, '--yes', '--note', 'the shop is closed');
  await trial.quiet.until(
    'all have heard of the end',
    () => told().filter((each) => /Resolved$/.test(each)).length >= 3,
  );
  const resolved = told().length;
  // The alarm is on all the same: somebody has to look again.
  const again = await trial.quiet.until('another incident', async () =>
    (await ofAlarm('unanswered')).find((found) => found.incident !== incident),
  );
  await trial.quiet.until('the first tier is told of it', () => told().length >= resolved + first.length);
  await end('unanswered', again.incident);
  const { timeline } = await trial.tidemark('incidents', 'show', incident);
  const kinds = timeline.map(({ kind }: { readonly kind: string }) => kind);
  expect(kinds.filter((kind: string) => !/told/.test(kind))).toEqual([
    ...['opened', 'unanswered', 'raised', 'acknowledged', 'raised', 'resolved'],
  ]);
});

test('what is silenced, or in a window of maintenance, is told when that is over and the alarm still on', {
  timeout: trialMsMax,
}, async () => {
  after = trial.latestMessage;
  await trial.tidemark('incidents', 'silence', '--for', '30m', '--alarm', 'silenced', '--reason', 'moving the shop');
  const incident = trial.turn('silenced', 'ALARM');
  await trial.quiet.pass(25 * minuteMs);
  expect(told()).toEqual([]);
  expect(await trial.incident(incident)).toMatchObject({
    Status: 'held',
    HeldBecause: expect.stringContaining('moving'),
  });
  await trial.quiet.until('the first tier is told', () => told().length >= first.length);
  await end('silenced', incident);
  expect([...told()].sort()).toEqual([...each(first, 'HIGH'), ...each(first, 'Over')].sort());

  const { clock } = trial.stack.engine;
  const sunday = new Date(clock.now());
  sunday.setUTCDate(sunday.getUTCDate() + ((7 - sunday.getUTCDay()) % 7 || 7));
  clock.advance(sunday.setUTCHours(2, 30, 0, 0) - clock.now());
  after = trial.latestMessage;
  const another = trial.turn('silenced', 'ALARM');
  await trial.quiet.pass(25 * minuteMs);
  expect(told()).toEqual([]);
  expect(await trial.incident(another)).toMatchObject({
    Status: 'held',
    HeldBecause: expect.stringContaining('maintenance'),
  });
  trial.turn('silenced', 'OK');
  await trial.until(another, 'recovered');
  // Who was not told of the beginning does not hear of the end.
  expect(told()).toEqual([]);
});
