import { expect, test } from 'vitest';
import type { Entry } from './entries.ts';
import type { Marker } from './marker.ts';
import { ListLayout } from './text.ts';

const object = `2026-11-20/shardId-000000000000/${'4'.repeat(56)}-0.json`;
const arrival = '2026-11-20T14:03:12.225Z';
const body = { reason: 'name-not-printable', index: 0, arrival };
const entry = { object, bytes: 310, held: { kind: 'record', body } } as unknown as Entry;
const marker = { State: 'sent', SentMs: Date.parse('2026-11-20T15:00:00Z') } as Marker;

function shown(columns: number): string {
  const layout = new ListLayout(columns);
  return layout.head() + layout.entry(entry) + layout.entry({ ...entry, marker });
}

test('a reader that is no terminal gets a line an object', () => {
  const lines = shown(Number.POSITIVE_INFINITY).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(new RegExp(`^${arrival} .* name-not-printable .* -  .*${object}$`));
});

test('on a terminal nothing but a key is wider than it, and a key is never broken', () => {
  for (const columns of [60, 80, 100, 120, 160]) {
    const lines = shown(columns).split('\n');
    expect(lines.filter((line) => line === `  ${object}`)).toHaveLength(2);
    for (const line of lines) if (!line.includes(object)) expect(line.length).toBeLessThanOrEqual(columns);
    expect(shown(columns)).toContain('2026-11-20T15:00:00Z');
  }
});

test('what matters least goes first', () => {
  const titles = (columns: number) => new ListLayout(columns).head().split('\n')[0]?.trim().split(/ +/);
  expect(titles(120)).toEqual(['arrival', 'events', 'bytes', 'reason', 'resubmitted']);
  expect(titles(90)).toEqual(['arrival', 'events', 'reason', 'resubmitted']);
  expect(titles(80)).toEqual(['arrival', 'events', 'reason']);
});
