import { describe, expect, test } from 'vitest';
import { firstBroken } from '../search.ts';
import type { IncidentInvariant } from './invariants.ts';
import { incidentInvariants } from './invariants.ts';
import type { IncidentRuleName } from './rules.ts';
import { incidentRuleNames, incidentRulesWithout, incidentRuleTable } from './rules.ts';
import { simulateIncidents } from './simulate.ts';

/** What a schedule printed, and how it ended. */
function replay(seed: number, off: readonly IncidentRuleName[] = []): { lines: string[]; outcome: unknown } {
  const lines: string[] = [];
  const outcome = simulateIncidents(seed, incidentRulesWithout(...off), (line) => lines.push(line));
  return { lines, outcome };
}

describe('with every rule on', () => {
  test('1,000 schedules hold', () => {
    expect(firstBroken({ from: 1, schedules: 1_000 }, (seed) => simulateIncidents(seed))).toBeUndefined();
  });

  // By CloudWatch's clock the alarm was off before it was changed, by any other after it.
  test.each([206_614, 322_059])('one with a deployment a moment after a transition: %i', (seed) => {
    expect(simulateIncidents(seed).broken).toEqual([]);
  });

  test('one with an execution that waits for nothing, of an incident that was resolved before anybody heard of it', () => {
    expect(simulateIncidents(520_731).broken).toEqual([]);
  });

  test('the schedules meet with everything that they are said to', () => {
    const marks = [
      ...['"Kind":"page"', '"Kind":"last-word"', '"Kind":"end"', '"Raise":2', '"Tier":3', '"Round":2', '"Repeat":2'],
      ...[' held: ', ' settling: ', ' acknowledged: ', ' unanswered: ', ' resolved: ', 'INSUFFICIENT_DATA: open'],
      ...[
        'missed ',
        'a deployment',
        'silence-',
        'run replay holds',
        'has held counting until',
        'maintenance ',
        'deployed just now',
      ],
      ...['cannot tell', ' fails', ', and goes on', 'kill ', '-2', '"kind":"succeeded"', ' entries'],
      ...['(stopped): start-execution', '(absent): start-execution', '(running): wake', 'acknowledge ', 'resolve '],
    ];
    const seen = new Set<string>();
    for (let seed = 1; seed <= 400 && seen.size < marks.length; seed += 1) {
      const text = replay(seed).lines.join('\n');
      for (const mark of marks) if (text.includes(mark)) seen.add(mark);
    }
    expect(marks.filter((mark) => !seen.has(mark))).toEqual([]);
  });
});

describe('each rule is needed', () => {
  test('and each promise can be broken', () => {
    const broken = new Set(incidentRuleNames.map((rule) => incidentRuleTable[rule].breaks));
    expect(Object.keys(incidentInvariants).filter((name) => !broken.has(name as IncidentInvariant))).toEqual([]);
  });

  test.each(incidentRuleNames)('without %s', (rule) => {
    const { breaks } = incidentRuleTable[rule];
    const failed = firstBroken(
      { from: 1, schedules: 4_000 },
      (seed) => simulateIncidents(seed, incidentRulesWithout(rule)),
      breaks,
    );
    expect(failed, `no schedule breaks: ${incidentInvariants[breaks].sentence}`).toBeDefined();
  });
});

describe('a seed replays exactly', () => {
  test.each([1, 2 ** 32 + 7])('seed %i', (seed) => {
    expect(replay(seed)).toEqual(replay(seed));
  });

  test('one that fails', () => {
    expect(replay(3, ['newerOnly'])).toEqual(replay(3, ['newerOnly']));
  });
});
