import type { InboxMessage } from '@tidemark/local/services/sns/inbox';
import { acknowledgingLink, press } from '../incident/link.ts';
import type { Expected, Outcome } from './outcome.ts';
import type { StepCalls } from './step-calls.ts';
import { type IncidentTrial, minuteMs, type TrialSettings } from './trial.ts';

/** The alarm that turns on in every course. */
export const alarm = 'page view';
export const acknowledgeWithinMs = 10 * minuteMs;
export const tiers = [['email:first@example.org', 'sms:+4915112345678'], ['email:second@example.org']] as const;

export const courseSettings: TrialSettings = {
  alarms: [alarm],
  escalation: {
    tiers: [
      { notify: [...tiers[0]], acknowledgeWithin: '10m' },
      { notify: [...tiers[1]], acknowledgeWithin: '24h' },
    ],
    ...{ gather: '5s', joinWithin: '2m' },
  },
};

/** How often whoever presses the button of a page that fails presses it again. */
const pressesMax = 60;

export interface Course {
  readonly outcome: Outcome;
  readonly expected: Omit<Expected, 'strikes'>;
}

/**
 * An alarm turns on, the first tier is told, then the second, of which somebody follows the link, and the alarm turns off; with everything that strikes on the
 * way. `landed`: lets everything take effect that is held back, before somebody acts on what he knows.
 */
export async function runCourse(trial: IncidentTrial, calls: StepCalls, landed: () => Promise<void>): Promise<Course> {
  const after = trial.latestMessage;
  const known = new Set((await trial.found.incidents('web')).map(({ incident }) => incident));
  calls.begin('on');
  const incident = trial.turn(alarm, 'ALARM');
  const mail = await trial.quiet.until('the second tier is told', () =>
    trial.messages(after).find(({ to }) => tiers[1].includes(`email:${to}` as (typeof tiers)[1][number])),
  );
  await resting(trial, incident);
  await landed();
  await trial.quiet.settled();
  calls.begin('acknowledged');
  await acknowledge(mail);
  const acknowledgedMs = trial.nowMs;
  await resting(trial, incident);
  await landed();
  calls.begin('off');
  trial.turn(alarm, 'OK');
  const offMs = trial.nowMs;
  await trial.until(incident, 'recovered');
  await trial.ended();
  await landed();
  // What a call has put there that came too late is in nobody's way, and the sweep takes it out.
  await trial.quiet.until('nothing waits in the outbox', async () => (await trial.found.outbox()).length === 0);
  const incidents = (await trial.found.incidents('web')).filter((each) => !known.has(each.incident));
  const executions = await trial.found.executions();
  const outcome = {
    incidents,
    alarm: (await trial.found.alarms('web')).get(trial.alarm(alarm)),
    outbox: await trial.found.outbox(),
    executions: executions.filter(({ name }) => incidents.some((each) => name.startsWith(each.incident))),
    messages: trial.messages(after),
  };
  return { outcome, expected: { incident, tiers, acknowledgeWithinMs, acknowledgedMs, offMs } };
}

/** A while, and until the execution, whichever it is now, waits for an answer. */
async function resting(trial: IncidentTrial, incident: string): Promise<void> {
  await trial.quiet.pass(minuteMs);
  await trial.quiet.until(`${incident} waits`, async () => {
    const item = await trial.incident(incident);
    const isRunning = (await trial.found.executions()).some(({ status }) => status === 'RUNNING');
    return isRunning && item?.UntilMs !== undefined && item.Token !== undefined;
  });
}

/** Presses the button of the page behind a message's link, without a look at it, until somebody says that it has worked. */
export async function acknowledge({ text }: Pick<InboxMessage, 'text'>): Promise<void> {
  const link = acknowledgingLink(text);
  if (link === undefined) throw new Error(`a message without a link: ${text}`);
  const form = { t: new URL(link).searchParams.get('t') ?? '' };
  const statuses: number[] = [];
  for (let attempt = 0; attempt < pressesMax; attempt += 1) {
    const { status } = await press(link, { form }, 'Ada');
    statuses.push(status);
    // One that was used is one that has worked.
    if (status === 200 || status === 410) return;
  }
  throw new Error(`not acknowledged: ${statuses.join(' ')}`);
}
