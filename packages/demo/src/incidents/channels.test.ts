import { failureResponse } from '@tidemark/local/wire/failure';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { contactOf } from './outcome.ts';
import { IncidentTrial, minuteMs } from './trial.ts';
import { WebHook } from './web-hook.ts';

/*
 * Channels that fail: those that take a message and lose it, those that refuse it, addresses that answer with a failure, a redirect or not at all. Everybody else
 * is told all the same, the next tier too, and the timeline says what is known.
 */

const trialMsMax = 240_000;
const mail = 'email:first@example.org';
const phone = 'sms:+4915112345678';
const pager = 'arn:aws:sns:us-east-1:000000000000:pager';
const second = 'email:second@example.org';
const alarm = 'page view';
const hook = new WebHook();
const other = new WebHook();
let trial: IncidentTrial;
let after: number;

beforeAll(async () => {
  trial = await IncidentTrial.start({
    alarms: [alarm],
    escalation: {
      tiers: [
        { notify: [mail, phone, pager], acknowledgeWithin: '10m' },
        { notify: [second], acknowledgeWithin: '24h' },
      ],
      ...{ gather: '5s', joinWithin: '2m' },
    },
  });
  const { topics } = trial.stack.engine;
  topics.add({ arn: pager, name: 'pager', displayName: '', kmsMasterKeyId: undefined, signatureVersion: '1' });
  topics.subscribe({
    ...{ topicArn: pager, protocol: 'http', endpoint: await hook.start() },
    ...{ rawMessageDelivery: false, filterPolicy: undefined, deadLetterArn: undefined },
  });
  await trial.arm([alarm]);
}, 600_000);

afterAll(async () => {
  await trial?.stop();
  await hook.stop();
});

afterEach(() => {
  trial.stack.engine.faults.channels.clear();
  hook.answer = 200;
  expect(trial.stack.engineErrors).toEqual([]);
});

function begin(): string {
  after = trial.latestMessage;
  hook.posted.length = 0;
  return trial.turn(alarm, 'ALARM');
}

/** Whom mail and text messages have reached, and of what, each once, in alphabetical order. */
function told(): readonly string[] {
  const all = trial.messages(after).map((message) => {
    const isEnd = /^(Tidemark> )?Over: /.test(message.subject ?? message.text);
    return `${isEnd ? 'Over' : 'HIGH'} ${contactOf(message)}`;
  });
  return [...new Set(all)].sort();
}

function until(contact: string) {
  return trial.quiet.until(`${contact} is told`, () => told().includes(contact));
}

async function end(incident: string): Promise<void> {
  trial.turn(alarm, 'OK');
  await trial.until(incident, 'recovered');
  await trial.ended();
  await trial.quiet.settled();
  expect(await trial.found.outbox()).toEqual([]);
}

/** What the timeline says of each contact, in order. */
async function timeline(incident: string, contact: string): Promise<readonly string[]> {
  const entries = (await trial.tidemark('incidents', 'show', incident)).timeline;
  return entries
    .filter((entry: { readonly contact?: string }) => entry.contact === contact)
    .map((entry: { readonly kind: string }) => entry.kind);
}

/** SNS refuses to publish to topics, until what this returns is called. */
function refuse(isRefused: (topicArn: string) => boolean): () => void {
  const refusal = { code: 'AuthorizationError', message: 'not authorized to perform: SNS:Publish', status: 403 };
  const fault = trial.stack.engine.faults.add({
    match: {
      ...{ service: 'sns', operation: 'Publish' },
      where: ({ request }) => isRefused(new URLSearchParams(request.body.toString('utf8')).get('TopicArn') ?? ''),
    },
    action: { kind: 'intercept', interceptor: async ({ request }) => failureResponse(request, refusal) },
  });
  return () => fault.remove();
}

test('mail that is not delivered keeps nobody else from his message, and comes when it is delivered again', {
  timeout: trialMsMax,
}, async () => {
  const { channels } = trial.stack.engine.faults;
  const fault = channels.add({ channel: 'email', to: 'first@example.org' });
  const incident = begin();
  await until(`HIGH ${second}`);
  expect(told()).toEqual([`HIGH ${second}`, `HIGH ${phone}`]);
  expect(hook.posted).toHaveLength(1);
  expect(fault.strikes).toBeGreaterThan(1);
  fault.remove();
  // SNS has it, and goes on trying for hours.
  await until(`HIGH ${mail}`);
  await end(incident);
  expect(told()).toEqual([mail, second, phone].flatMap((each) => [`HIGH ${each}`, `Over ${each}`]).sort());
  // What SNS has taken is told: nobody hears of what becomes of it.
  expect(await timeline(incident, mail)).toEqual(['told', 'end-told']);
});

test('a topic that refuses is said so; whom nothing reached hears of the end when it takes messages again', {
  timeout: trialMsMax,
}, async () => {
  const allow = refuse((topic) => topic === pager);
  const incident = begin();
  await until(`HIGH ${second}`);
  expect(told()).toEqual([mail, second, phone].map((each) => `HIGH ${each}`));
  expect(hook.posted).toEqual([]);
  expect(await timeline(incident, pager)).toEqual(['failed']);
  trial.turn(alarm, 'OK');
  await until(`Over ${second}`);
  await trial.quiet.settled();
  allow();
  await end(incident);
  expect(await timeline(incident, mail)).toEqual(['told', 'end-told']);
});

test('when nobody of a tier can be reached, the next one is told at once, and the timeline says why', {
  timeout: trialMsMax,
}, async () => {
  let refused = 0;
  const allow = refuse(() => {
    refused += 1;
    return refused <= 3;
  });
  const beganMs = trial.nowMs;
  const incident = begin();
  await until(`HIGH ${second}`);
  // Not after the ten minutes in which nobody could have answered.
  expect(trial.nowMs - beganMs).toBeLessThan(3 * minuteMs);
  expect(told()).toEqual([`HIGH ${second}`]);
  for (const contact of [mail, phone, pager]) expect(await timeline(incident, contact)).toEqual(['failed']);
  allow();
  await end(incident);
  expect(told()).toContain(`Over ${second}`);
});

test.each([
  ['with 500', 500],
  ['with 404', 404],
  ['with a redirect', 'redirect'],
  ['not at all', 'hangs'],
] as const)('an address that answers %s keeps nobody from his message', { timeout: trialMsMax }, async (_, answer) => {
  hook.answer = answer === 'redirect' ? { location: await other.start() } : answer;
  const incident = begin();
  await until(`HIGH ${second}`);
  expect(told()).toEqual([mail, second, phone].map((each) => `HIGH ${each}`));
  expect(hook.posted.length).toBeGreaterThan(0);
  hook.answer = 200;
  hook.cutOff();
  await end(incident);
  await trial.quiet.until('the address is told of the end', () =>
    hook.posted.some((posted) => posted.startsWith('Over: ')),
  );
  // Where it is sent to another address nothing is posted there.
  expect(other.posted).toEqual([]);
  if (answer === 'redirect') await other.stop();
  expect(hook.posted[0]).toContain(`incidents acknowledge ${incident}`);
});
