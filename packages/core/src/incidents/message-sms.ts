import type { MessageContext, MessageIncident } from './message.ts';
import { headline } from './message.ts';
import { figure, instantIn, ofTelephone, placeTime, shortened, span, timeOfDay } from './wording.ts';

/**
 * What is said before the link. A part of a longer message has room for 153 characters, and SNS puts `Tidemark> ` before the first. It breaks messages between
 * words: the link, a word of its own, stays whole in the second part.
 */
const saidMax = 143;
/** So long a time of day alone says which one it is. Milliseconds. */
const sameDayMs = 20 * 3_600_000;

/** At most two parts of a text message: what it is, how far it is, since when; and the link, for a telephone has no command line. */
export function messageSms(all: readonly MessageIncident[], first: MessageIncident, context: MessageContext): string {
  const { item, link, telling } = first;
  const { stage, nowMs } = context;
  const head = headline(all, first);
  if (telling.Kind === 'end') {
    // Others may still be on.
    if (all.length > 1)
      return saidBeforeLink(`${head} (${stage}): ${all.map(({ alarm }) => alarm.name).join(', ')}`, '.');
    return saidBeforeLink(head, ` (${stage}), after ${span((item.OffMs ?? item.EndedMs ?? nowMs) - item.OpenedMs)}.`);
  }
  const since = `since ${sinceOf(Math.min(...all.map(({ item }) => item.OpenedMs)), context)}`;
  const text =
    all.length === 1
      ? saidBeforeLink(head, ` (${stage})${figureOf(first)}, ${since}.`)
      : saidBeforeLink(`${head} (${stage}) ${since}. ${ofTheFirst(first)}`, '.');
  return link === undefined ? text : `${text}\n${link}`;
}

/** The first is the gravest; a link acknowledges one incident. */
function ofTheFirst({ item, link }: MessageIncident): string {
  return `${link === undefined ? '' : 'The link is for the first: '}${item.Summary.What}`;
}

/** With which the alarm turned on, which may be hours ago. Of one that looks for too little, no data are what it found. */
function figureOf({ item: { Summary } }: MessageIncident): string {
  if (Summary.Value !== undefined) return `, value ${figure(Summary.Value)}`;
  return Summary.Threshold === undefined ? '' : ', no data';
}

function sinceOf(ms: number, { nowMs, zone }: MessageContext): string {
  return nowMs - ms < sameDayMs ? [timeOfDay(ms), placeTime(ms, zone) ?? []].flat().join(', ') : instantIn(ms, zone);
}

/** What has its place before the link. The end is never cut off: what stands before it is, from its own end. */
export function saidBeforeLink(head: string, end: string): string {
  const last = end.startsWith(' ') ? ` ${ofTelephone(end)}` : ofTelephone(end);
  return shortened(`${shortened(ofTelephone(head), saidMax - last.length)}${last}`, saidMax);
}
