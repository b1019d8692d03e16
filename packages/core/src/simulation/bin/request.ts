import { parseArgs } from 'node:util';
import type { Subject, SubjectName } from '../subject.ts';
import { subjects } from '../subject.ts';

export const help = `Simulates counting, the adding up of windows, replays, or incidents, with everything that can go wrong, and checks that the figures are exact, and that
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

/** What is asked for. */
export interface Request {
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

/** Reads the arguments. Throws an Error that names the one that is wrong. */
export function requestOf(args: string[]): Request {
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
