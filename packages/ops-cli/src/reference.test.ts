import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { commands, type Group, type Listed } from './listed.ts';

const reference = readFileSync(new URL('../../../docs/reference/cli.md', import.meta.url), 'utf8');

/** Every command with the words that call it: `incidents silence end`. */
function named(listed: Readonly<Record<string, Listed | Group>>, before = ''): (readonly [string, Listed['load']])[] {
  return Object.entries(listed).flatMap(([word, each]) => {
    const name = `${before}${word}`;
    const own = each.load === undefined ? [] : [[name, each.load] as const];
    return 'commands' in each ? [...own, ...named(each.commands, `${name} `)] : own;
  });
}

/** What the reference says of a command: under its own heading, or under that of the words before it. */
function sectionOf(name: string): string | undefined {
  const [, section] = reference.split(`\n## ${name}\n`);
  if (section !== undefined) return section.split('\n## ')[0];
  const shorter = name.split(' ').slice(0, -1).join(' ');
  return shorter === '' ? undefined : sectionOf(shorter);
}

test.each(named(commands))('the reference tells of %s and of each of its options', async (name, load) => {
  const section = sectionOf(name) ?? '';
  const options = (await load()).define(new Command(name)).options.map(({ long }) => long ?? '');
  expect(options.filter((long) => !section.includes(long))).toEqual([]);
  expect(section).not.toBe('');
});
