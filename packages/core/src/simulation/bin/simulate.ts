import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { firstBroken } from '../search.ts';
import type { Subject, SubjectName } from '../subject.ts';
import { subjects } from '../subject.ts';

const help = `Simulates counting, the adding up of windows, replays, or incidents, with everything that can go wrong, and checks that the figures are exact, and that
people are told as they should be.

Usage: simulate [SUBJECT] [--schedules N] [--from SEED] [--off RULE]...   run schedules until one fails
       simulate [SUBJECT] --seed SEED [--off RULE]...                     replay one schedule and say what happens in it
       simulate [SUBJECT] --each-rule [--schedules N]                     switch off one rule after the other until it shows
       simulate incidents --every-order DEPTH                             try every order of what may happen

  SUBJECT         counting (default), windows, replays or incidents

  --schedules N   how many schedules to run, of seeds one after the other (default 100000; with --each-rule, at most so many a rule)
  --from SEED     the first seed (default 1)
  --seed SEED     run this one schedule
  --off RULE      switch a rule off; may be given more than once
  --every-order N so many things one after the other, from each of several starts: 6 takes seconds, each one more three times as long
  --rules         list the rules and the invariants
  --json          print one JSON object at last
  --help          print this

Exit code: 0 when every invariant held (with --each-rule: when every rule was shown to be needed), 1 when not, 2 for wrong usage.
`;

process.exitCode = main(process.argv.slice(2));

function main(args: string[]): number {
  let request: Request;
  try {
    request = requestOf(args);
  } catch (error) {
    process.stderr.write(`simulate: ${error instanceof Error ? error.message : error}\nTry --help.\n`);
    return 2;
  }
  switch (request.task) {
    case 'help':
      return print(help);
    case 'rules':
      return print(ruleList(request.subject));
    case 'replay':
      return replay(request);
    case 'each-rule':
      return eachRule(request);
    case 'every-order':
      return everyOrder(request);
    case 'run':
      return run(request);
  }
}

interface Request {
  readonly name: SubjectName;
  readonly subject: Subject;
  readonly task: 'help' | 'rules' | 'replay' | 'each-rule' | 'every-order' | 'run';
  readonly from: number;
  readonly schedules: number;
  /** Things one after the other. */
  readonly depth: number;
  readonly off: readonly string[];
  readonly json: boolean;
}

function requestOf(args: string[]): Request {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      schedules: { type: 'string', default: '100000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      off: { type: 'string', multiple: true, default: [] },
      'each-rule': { type: 'boolean', default: false },
      'every-order': { type: 'string' },
      rules: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const named = [
    values.help && 'help',
    values.rules && 'rules',
    values.seed && 'replay',
    values['each-rule'] && 'each-rule',
    values['every-order'] && 'every-order',
  ];
  const name = subjectNamed(positionals);
  const subject: Subject = subjects[name];
  if (values['every-order'] !== undefined && subject.everyOrder === undefined) {
    throw new Error(`--every-order: ${name} has too many orders`);
  }
  return {
    name,
    subject,
    task: (named.find((task) => task !== false && task !== undefined && task !== '') ?? 'run') as Request['task'],
    from: wholeNumber(values.seed === undefined ? '--from' : '--seed', values.seed ?? values.from),
    schedules: wholeNumber('--schedules', values.schedules),
    depth: wholeNumber('--every-order', values['every-order'] ?? '0'),
    off: values.off.map((rule) => ruleNamed(rule, subject)),
    json: values.json,
  };
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw new Error(`${option}: ${JSON.stringify(text)} is not a whole number`);
  }
  return Number(text);
}

function subjectNamed([word = 'counting', ...others]: readonly string[]): SubjectName {
  const names = Object.keys(subjects) as SubjectName[];
  const name = names.find((candidate) => candidate === word);
  if (name === undefined || others.length > 0) {
    throw new Error(
      `${JSON.stringify([word, ...others].join(' '))} is no subject; expected ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`,
    );
  }
  return name;
}

function ruleNamed(name: string, { rules }: Subject): string {
  if (!Object.hasOwn(rules, name)) {
    const names = Object.keys(rules).join(', ');
    throw new Error(`--off: there is no rule ${JSON.stringify(name)}; the rules are ${names}`);
  }
  return name;
}

function run({ name, subject, from, schedules, off, json }: Request): number {
  const startedMs = performance.now();
  const simulate = (seed: number) => subject.run(seed, off);
  const failed = firstBroken({ from, schedules }, simulate, undefined, (done) =>
    showProgress(done, schedules, startedMs),
  );
  hideProgress();
  const seconds = (performance.now() - startedMs) / 1000;
  const ran = failed === undefined ? schedules : failed.seed - from + 1;
  if (json) {
    print(`${JSON.stringify({ schedules: ran, seconds, off, failed: failed ?? null })}\n`);
  } else if (failed === undefined) {
    print(`${ran} schedules hold (${seconds.toFixed(1)} s, ${Math.round(ran / seconds)} a second)\n`);
  } else {
    const lines = failed.broken.map(({ invariant, detail }) => `  ${invariant}: ${detail}\n`);
    print(
      `seed ${failed.seed} fails after ${ran} schedules:\n${lines.join('')}Replay it with simulate ${name} --seed ${failed.seed}${options(off)}\n`,
    );
  }
  return failed === undefined ? 0 : 1;
}

function replay({ subject, from, off, json }: Request): number {
  const outcome = subject.run(from, off, json ? undefined : (line) => print(`${line}\n`));
  if (json) {
    print(`${JSON.stringify({ off, ...outcome })}\n`);
  } else {
    const lines = outcome.broken.map(({ invariant, detail }) => `${invariant} is broken: ${detail}\n`);
    print(outcome.broken.length === 0 ? 'every invariant held\n' : lines.join(''));
  }
  return outcome.broken.length === 0 ? 0 : 1;
}

function eachRule({ subject, from, schedules, json }: Request): number {
  const startedMs = performance.now();
  const shown = Object.entries(subject.rules).map(([rule, { breaks }]) => {
    const failed = firstBroken({ from, schedules }, (seed) => subject.run(seed, [rule]), breaks);
    const isExact = subject.invariants[breaks]?.exact === true;
    if (!json) {
      const result = failed === undefined ? 'NOT SHOWN' : `seed ${failed.seed}`;
      print(`${rule.padEnd(28)}${breaks.padEnd(20)}${result.padEnd(14)}${purposeOf(subject, breaks)}\n`);
    }
    return { rule, breaks, isExact, seed: failed?.seed ?? null };
  });
  if (json) {
    print(`${JSON.stringify({ rules: shown, seconds: (performance.now() - startedMs) / 1000 })}\n`);
  }
  return shown.every(({ seed }) => seed !== null) ? 0 : 1;
}

function purposeOf({ invariants }: Subject, breaks: string): string {
  const exact = invariants[breaks]?.exact;
  if (exact === undefined) return '';
  return exact ? 'exact counts' : 'more than exact counts';
}

function everyOrder({ subject: { everyOrder }, depth, json }: Request): number {
  const explored = everyOrder?.starts.map((start) => ({ start, ...everyOrder.explore(start, depth) })) ?? [];
  if (json) {
    print(`${JSON.stringify({ depth, starts: explored.map(({ happened: _, ...each }) => each) })}\n`);
  } else {
    for (const { start, states, broken } of explored) {
      const result = broken === undefined ? 'hold' : `break: ${broken.promise}, by ${broken.path.join(', ')}`;
      print(`${start.padEnd(32)}${String(states).padStart(9)} states ${result}\n`);
    }
  }
  return explored.some(({ broken }) => broken !== undefined) ? 1 : 0;
}

function ruleList({ rules, invariants }: Subject): string {
  const lines = Object.entries(rules).map(
    ([rule, { sentence, off, breaks }]) => `${rule}\n    ${sentence}\n    Off: ${off}. Breaks ${breaks}.\n`,
  );
  const promises = Object.entries(invariants).map(([name, { sentence }]) => `${name}\n    ${sentence}\n`);
  return `Rules\n\n${lines.join('')}\nInvariants\n\n${promises.join('')}`;
}

function options(off: readonly string[]): string {
  return off.map((rule) => ` --off ${rule}`).join('');
}

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

function showProgress(done: number, schedules: number, startedMs: number): void {
  if (process.stderr.isTTY) {
    const rate = Math.round((done * 1000) / (performance.now() - startedMs));
    process.stderr.write(`\r${done} of ${schedules} schedules, ${rate} a second `);
  }
}

function hideProgress(): void {
  if (process.stderr.isTTY) {
    process.stderr.write('\r\u001b[K');
  }
}
