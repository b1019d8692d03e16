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
/** Of the line before the text, the address at its widest. */
const leadColumns = 78;
const textColumnsMin = 20;

/** The messages, one a line. */
export function listText(messages: readonly InboxMessage[], columns: number): string {
  return renderTable(
    columnsOfList,
    messages.map((message) => cellsOf(message, columns)),
  );
}

/** One message as it arrives, in a line of its own. */
export function lineText(message: InboxMessage, columns: number): string {
  return `${cellsOf(message, columns).join('  ').trimEnd()}\n`;
}

function cellsOf({ id, atMs, channel, to, subject, text }: InboxMessage, columns: number): string[] {
  const [first = ''] = (subject ?? text).split('\n');
  const room = Math.max(textColumnsMin, columns - leadColumns);
  return [String(id), renderInstant(atMs), channel, printable(to, addressColumnsMax), printable(first, room)];
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
