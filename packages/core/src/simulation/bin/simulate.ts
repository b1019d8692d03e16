import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { firstBroken } from '../search.ts';
import type { Subject } from '../subject.ts';
import type { Request } from './request.ts';
import { help, requestOf } from './request.ts';

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
