import * as v from 'valibot';
import { type Column, printable, renderInstant, renderLabelled, renderTable } from '../render.ts';
import type { InboxMessage } from './engine-inbox.ts';

const columnsOfList: readonly Column[] = [
  { title: 'id', align: 'right' },
  { title: 'at' },
  { title: 'channel' },
  { title: 'to' },
  { title: 'what' },
];
const addressColumnsMax = 34;
const gapColumns = 2;
const textColumnsMin = 20;

/** The messages, one a line. */
export function listText(messages: readonly InboxMessage[], columns: number): string {
  const leads = messages.map(leadOf);
  const widths = columnsOfList
    .slice(0, -1)
    .map(({ title }, place) => widest([title, ...leads.map((of) => of[place] ?? '')]));
  const room = columns - widths.reduce((sum, width) => sum + width + gapColumns, 0);
  return renderTable(
    columnsOfList,
    messages.map((message) => [...leadOf(message), gistOf(message, room)]),
  );
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}

/** One message as it arrives, in a line of its own. */
export function lineText(message: InboxMessage, columns: number): string {
  const lead = leadOf(message).join('  ');
  return `${lead}  ${gistOf(message, columns - lead.length - gapColumns)}`.trimEnd().concat('\n');
}

function leadOf({ id, atMs, channel, to }: InboxMessage): string[] {
  return [String(id), renderInstant(atMs), channel, printable(to, addressColumnsMax)];
}

/** What it is about. A post to an address is JSON, in which its subject stands. */
function gistOf({ subject, text }: InboxMessage, columns: number): string {
  const [first = ''] = (subject ?? subjectIn(text) ?? text).split('\n');
  return printable(first, Math.max(textColumnsMin, columns));
}

function subjectIn(text: string): string | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), v.object({ Subject: v.string() })), text);
  return result.success ? result.output.Subject : undefined;
}

/** One message whole. */
export function messageText(
  { id, atMs, channel, to, subject, text, topicArn, note }: InboxMessage,
  columns: number,
): string {
  const about = renderLabelled(
    [
      ['at', renderInstant(atMs)],
      ['channel', channel],
      ['to', printable(to)],
      ...(topicArn === undefined ? [] : [['topic', printable(topicArn)] as const]),
      ...(subject === undefined ? [] : [['subject', printable(subject)] as const]),
      ...(note === undefined ? [] : [['note', printable(note)] as const]),
    ],
    columns,
  );
  const lines = text.split(/\r?\n/).map((line) => `${printable(line)}\n`);
  return `Message ${id}\n${about}\n${lines.join('')}`;
}
