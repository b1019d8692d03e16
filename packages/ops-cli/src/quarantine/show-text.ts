import { printable, renderAmount, renderInstant } from '../render.ts';
import type { Marker } from './marker.ts';
import { recordText, shownHex } from './record-text.ts';
import type { Shown, ShownEvent } from './shown.ts';
import { reasonWords } from './words.ts';

/** Characters of a record that are shown, and events of an aggregate. */
const charactersMax = 2_000;
const eventsMax = 5;
const hexBytesMax = 64;

export function showText({ key, body, bytes, aggregateOf, marker, events }: Shown): string {
  const lines: (readonly [string, string])[] = [
    ['Object', printable(key)],
    ['Arrival', printable(body.arrival)],
    ['Shard', printable(body.shardId)],
    ['Sequence number', body.sequenceNumber],
    ['Partition key', printable(body.partitionKey, 80)],
    ['Record', recordLine(bytes, aggregateOf, events.length)],
    ['Resubmitted', resubmittedLine(marker)],
  ];
  const width = Math.max(...lines.map(([title]) => title.length)) + 2;
  const head = lines.map(([title, said]) => `${title.padEnd(width)}${said}\n`).join('');
  const shown = events
    .slice(0, eventsMax)
    .map((event, at) => eventText(event, at === 0 ? body.detail : undefined, aggregateOf !== undefined));
  const rest = events.length - shown.length;
  return `${head}\n${shown.join('\n')}${rest > 0 ? `\nand ${renderAmount(rest, 'more event', 'more events')}: --json has all of them\n` : ''}`;
}

function recordLine(bytes: number, aggregateOf: number | undefined, events: number): string {
  const size = renderAmount(bytes, 'byte', 'bytes');
  return aggregateOf === undefined
    ? size
    : `${size}, an aggregate of ${renderAmount(aggregateOf, 'event', 'events')}: ${events} set aside, the others counted`;
}

function resubmittedLine(marker: Marker | undefined): string {
  if (marker === undefined) return 'no';
  if (marker.State === 'sending') return `begun at ${renderInstant(marker.SinceMs)}, not finished: run resubmit again`;
  const [first] = marker.Places ?? [];
  const where = first === undefined ? '' : `, on ${first.shardId} as ${first.sequenceNumber}`;
  const more = marker.Events > 1 ? ` and ${renderAmount(marker.Events - 1, 'other', 'others')}` : '';
  return `${renderInstant(marker.SentMs ?? marker.SinceMs)}${where}${more}`;
}

function eventText({ reason, index, data, verdict }: ShownEvent, detail: string | undefined, isPart: boolean): string {
  const which = isPart ? `Event ${index} of the aggregate` : 'It';
  const today =
    verdict.kind === 'counted'
      ? `Today it would be counted under ${verdict.series.map((name) => JSON.stringify(printable(name))).join(', ')}.`
      : `Today it would be set aside again: ${verdict.reason}: ${printable(verdict.detail)}. What helps: ${verdict.remedy}.`;
  const why = `${which} was set aside because ${reasonWords[reason]} (${reason}).`;
  return `${why}\n${detail === undefined ? '' : `${printable(detail)}\n`}${today}\n\n${contentText(data)}`;
}

function contentText(data: Uint8Array): string {
  const { text, form, bytes } = recordText(data);
  if (text === undefined) return `  ${form === 'plain' ? 'no text' : form}: ${shownHex(data, hexBytesMax)}\n`;
  // Half a character must not be left of a cut.
  const shown = text.length > charactersMax ? text.slice(0, charactersMax).replace(/[\ud800-\udbff]$/, '') : text;
  const lines = shown.split('\n').map((line) => `  ${printable(line)}\n`);
  const cut =
    shown.length < text.length
      ? `  ... ${renderAmount(text.length - shown.length, 'more character', 'more characters')}: --raw has all of them\n`
      : '';
  const packed = form === 'gzip' ? `  (${renderAmount(bytes, 'byte', 'bytes')} of gzip)\n` : '';
  return `${packed}${lines.join('')}${cut}`;
}
