import { acknowledgedSentence, logWord } from '@tidemark/ops-cli/incidents/wording';
import { watched } from './configuration.ts';
import type { Deed } from './course.ts';
import { person } from './course.ts';
import { isEnd, tierOf } from './expectations.ts';
import type { Reading } from './reading.ts';

/** Something that has happened. */
export interface News {
  /** Engine time, milliseconds since the epoch. */
  readonly atMs: number;
  /** Whose news it is: `alarm`, `tier 2`. */
  readonly of: string;
  readonly text: string;
  readonly tone?: 'bad' | 'good' | 'told';
  /** A message as it was sent. */
  readonly message?: string;
}

/** What one reading has that the one before it had not, in the order in which it happened. */
export function newsOf(before: Reading | undefined, after: Reading): News[] {
  const news = [
    ...after.transitions.slice(before?.transitions.length ?? 0).map(ofAlarm),
    ...ofIncidents(before, after),
    ...after.messages
      .slice(before?.messages.length ?? 0)
      .map((message) => ofMessage(message, message.id === after.messages[0]?.id)),
  ];
  return news.sort((one, another) => one.atMs - another.atMs);
}

/** The same of what people did. */
export function newsOfDeed(atMs: number, deed: Deed): News {
  switch (deed.kind) {
    case 'fall':
      return {
        atMs,
        of: 'stream',
        tone: 'bad',
        text: `from ${timeOf(deed.fromMs)} on, hardly any ${watched}s come in`,
      };
    case 'back':
      return {
        atMs,
        of: 'stream',
        tone: 'good',
        text: `from ${timeOf(deed.fromMs)} on, ${watched}s come in as ever`,
      };
    case 'looked': {
      const { status, title } = deed.answer;
      const text = `opened, from the message to ${deed.of.to}: ${status}, "${title}". Looking acknowledges nothing: the incident is ${deed.status}`;
      return { atMs, of: 'link', text };
    }
    case 'pressed': {
      const { answer, again } = deed;
      const text = `pressed by ${person}: ${answer.status}, "${answer.title}"; once more: ${again.status}, "${again.title}"`;
      return { atMs, of: 'button', tone: 'good', text };
    }
  }
}

/** `02:07:30`, of a whole minute `02:07`. */
export function timeOf(ms: number): string {
  const time = new Date(ms).toISOString().slice(11, 19);
  return time.endsWith(':00') ? time.slice(0, 5) : time;
}

function ofAlarm({ atMs, from, to, reason }: Reading['transitions'][number]): News {
  if (to !== 'ALARM') return { atMs, of: 'alarm', tone: 'good', text: `${from} -> ${to}` };
  // The figures are in the message.
  const [why = ''] = reason.split(' [');
  return { atMs, of: 'alarm', tone: 'bad', text: `${from} -> ${to}: ${why}` };
}

/** Who was told is in the messages themselves. */
function ofIncidents(before: Reading | undefined, { incidents }: Reading): News[] {
  return incidents.flatMap(({ incident, item }) => {
    const known = before?.incidents.find((each) => each.incident === incident)?.item.Log.length ?? 0;
    return item.Log.slice(known).flatMap((entry): News[] => {
      const at = { atMs: entry.AtMs, of: 'incident' };
      switch (entry.Kind) {
        case 'told':
        case 'end-told':
          return [];
        case 'opened':
          return [{ ...at, tone: 'bad', text: `${incident} opened, ${item.Severity}` }];
        case 'acknowledged':
          return [{ ...at, tone: 'good', text: acknowledgedSentence(item) }];
        case 'settling':
          return [{ ...at, text: 'its alarm is off; it ends if that stays so' }];
        case 'recovered':
          return [{ ...at, tone: 'good', text: 'recovered' }];
        default:
          return [{ ...at, text: [logWord(entry), entry.Contact, entry.Text].filter(Boolean).join(' ') }];
      }
    });
  });
}

function ofMessage(message: Reading['messages'][number], isWhole: boolean): News {
  const { atMs, channel, to, subject, text } = message;
  const tier = tierOf(message);
  return {
    ...{ atMs, of: tier === undefined ? 'somebody' : `tier ${tier}`, tone: isEnd(message) ? 'good' : 'told' },
    text: `${channel} to ${to}: ${subject ?? text}`,
    ...(isWhole ? { message: text } : {}),
  };
}
