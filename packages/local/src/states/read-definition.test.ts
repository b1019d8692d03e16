import { describe, expect, it } from 'vitest';
import { only } from '../../test/run-machine.ts';
import { readDefinition } from './read-definition.ts';

const runners = {
  tasks: { refusal: (resource: string) => (resource.includes('ecs') ? 'is not served' : undefined) },
  maps: { refusals: () => ['ItemReader.Resource: no such reader'] },
};

function mistakesOf(definition: unknown): readonly string[] {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  const result = readDefinition(text, runners);
  return result.ok ? [] : result.mistakes;
}

const machine = (state: object) => ({ QueryLanguage: 'JSONata', ...only(state) });
const pass = { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } };
const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' };
const tokenTask = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' };

it('takes a definition as it is', () => {
  const definition = machine({ ...task, Arguments: { FunctionName: '{% $name %}' }, TimeoutSeconds: '{% $n %}' });
  expect(readDefinition(JSON.stringify(definition), runners)).toEqual({ ok: true, definition });
});

it('lets every state say that it speaks JSONata, where the machine does not', () => {
  expect(mistakesOf(only({ Type: 'Pass', QueryLanguage: 'JSONata' }))).toEqual([]);
  const inner = { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } };
  expect(mistakesOf(only({ Type: 'Parallel', QueryLanguage: 'JSONata', Branches: [inner] }))).toEqual([
    'States.Only.Branches[0].States.In.QueryLanguage: JSONPath is not supported; supported: JSONata',
  ]);
});

describe('refuses, with the path', () => {
  it.each<[string, object, string]>([
    ['JSONPath', { Type: 'Pass', QueryLanguage: 'JSONPath' }, 'States.Only.QueryLanguage: JSONPath is not supported'],
    ['fields of JSONPath', { Type: 'Wait', SecondsPath: '$.n' }, 'States.Only.SecondsPath belongs to JSONPath'],
    ['unknown fields', { Type: 'Pass', Colour: 1 }, 'States.Only.Colour is not supported; supported: Assign, Comment'],
    ['fields of others', { Type: 'Pass', Retry: [] }, 'States.Only.Retry is not supported'],
    ['unknown types', { Type: 'Loop' }, 'States.Only.Type: "Loop" is none of Pass, Task, Choice'],
    [
      'resources',
      { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask' },
      'Resource: arn:aws:states:::ecs:runTask is not served',
    ],
    [
      'heartbeats of nobody',
      { ...task, HeartbeatSeconds: 5 },
      'States.Only.HeartbeatSeconds is not supported without .waitForTaskToken',
    ],
    [
      'late heartbeats',
      { ...tokenTask, HeartbeatSeconds: 9, TimeoutSeconds: 9 },
      'HeartbeatSeconds: 9 is not below TimeoutSeconds',
    ],
    ['times', { ...task, TimeoutSeconds: 0 }, 'States.Only.TimeoutSeconds: 0 is neither a whole number from 1'],
    [
      'two waits',
      { Type: 'Wait', Seconds: 1, Timestamp: '2026-11-19T00:00:00Z' },
      'a Wait state has either Seconds or Timestamp',
    ],
    ['no wait', { Type: 'Wait' }, 'a Wait state has either Seconds or Timestamp'],
    [
      'timestamps',
      { Type: 'Wait', Timestamp: '2026-11-19 00:00' },
      'States.Only.Timestamp: "2026-11-19 00:00" is no timestamp',
    ],
    ['expressions', { Type: 'Pass', Output: { a: ['{% b %}'] } }, 'States.Only.Output.a[0]: "b" looks up "b"'],
    ['$eval', { Type: 'Pass', Assign: { a: '{% $eval("1") %}' } }, 'States.Only.Assign.a: "$eval("1")" calls $eval'],
    ['half an expression', { Type: 'Pass', Output: '{% $a' }, 'States.Only.Output: begins with {% or ends with %}'],
    ['blanks around one', { Type: 'Pass', Output: ' {% $a %}' }, 'States.Only.Output: begins with {% or ends with %}'],
    ['names', { Type: 'Pass', Assign: { 'a-b': 1 } }, 'States.Only.Assign.a-b is no name for a variable'],
    ['reserved names', { Type: 'Pass', Assign: { states: 1 } }, 'States.Only.Assign.states is a reserved name'],
    [
      'the names in catchers',
      { ...task, Catch: [{ ErrorEquals: ['A'], Next: 'Only', Assign: { '1': 1 } }] },
      'Catch[0].Assign.1 is no name',
    ],
    [
      'retries',
      { ...task, Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }] },
      'States.Only.Retry[0].BackoffRate: 0.5 is no number from 1',
    ],
    [
      'shorter delays',
      { ...task, Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 9, MaxDelaySeconds: 9 }] },
      'Retry[0].MaxDelaySeconds: 9',
    ],
    [
      'jitter',
      { ...task, Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'SOME' }] },
      'Retry[0].JitterStrategy: "SOME" is not supported',
    ],
    ['fields of retriers', { ...task, Retry: [{ ErrorEquals: ['A'], Wait: 1 }] }, 'Retry[0].Wait is not supported'],
    [
      'States.ALL before others',
      { ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] },
      'Retry[0].ErrorEquals: States.ALL must stand alone',
    ],
    [
      'States.ALL among others',
      { ...task, Catch: [{ ErrorEquals: ['A', 'States.ALL'], Next: 'Only' }] },
      'Catch[0].ErrorEquals: States.ALL must stand alone',
    ],
    [
      'no names',
      { ...task, Retry: [{ ErrorEquals: [] }] },
      'States.Only.Retry[0].ErrorEquals: a list of names was expected',
    ],
    [
      'what distributed maps have',
      { Type: 'Map', ItemProcessor: pass, ToleratedFailureCount: 1 },
      'ToleratedFailureCount belongs to distributed maps',
    ],
    [
      'what the runner of maps refuses',
      { Type: 'Map', ItemProcessor: { ...pass, ProcessorConfig: { Mode: 'DISTRIBUTED' } } },
      'States.Only.ItemReader.Resource: no such reader',
    ],
    ['items', { Type: 'Map', Items: { a: 1 }, ItemProcessor: pass }, 'States.Only.Items: a list, or an expression'],
    [
      'modes',
      { Type: 'Map', ItemProcessor: { ...pass, ProcessorConfig: { Mode: 'HUGE' } } },
      'ItemProcessor.ProcessorConfig.Mode: "HUGE" is not supported',
    ],
    [
      'inner states',
      { Type: 'Map', ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', End: true, ResultPath: '$' } } } },
      'States.Only.ItemProcessor.States.In.ResultPath belongs to JSONPath',
    ],
    [
      'long names',
      { Type: 'Parallel', Branches: [{ StartAt: 'x', States: { ['x'.repeat(81)]: { Type: 'Succeed' } } }] },
      'a name has 80 characters at most',
    ],
  ])('%s', (_, state, mistake) => {
    expect(mistakesOf(machine(state)).join('\n')).toContain(mistake);
  });

  it('what is no JSON object', () => {
    expect(mistakesOf('{')).toEqual([expect.stringMatching(/^the definition is no JSON: /)]);
    expect(mistakesOf('[]')).toEqual(['the definition is no JSON object']);
    expect(mistakesOf({ QueryLanguage: 'JSONata' })).toEqual(['States: an object was expected']);
  });

  it('what the machine itself says', () => {
    expect(mistakesOf({ ...machine({ Type: 'Pass' }), TimeoutSeconds: 0, Version: '2.0', Name: 'x' })).toEqual([
      'TimeoutSeconds: 0 is no whole number from 1 to 99999999',
      expect.stringMatching(/^Version: "2.0" is not supported/),
      expect.stringMatching(/^Name is not supported/),
    ]);
  });
});

describe('variables', () => {
  const assign = (name: string) => ({ Type: 'Pass', Assign: { [name]: 1 }, End: true });
  const around = (inner: object) => ({
    QueryLanguage: 'JSONata',
    StartAt: 'First',
    States: { First: { Type: 'Pass', Assign: { shared: 1 }, Next: 'Within' }, Within: { ...inner, End: true } },
  });
  const block = (name: string, state = 'In') => ({ StartAt: state, States: { [state]: assign(name) } });

  it('are not assigned by the states within, which can assign others', () => {
    const path = 'States.Within.Branches[0].States.In.Assign.shared';
    expect(mistakesOf(around({ Type: 'Parallel', Branches: [block('shared')] }))).toEqual([
      `${path} is assigned by the states around, and can only be read here`,
    ]);
    expect(mistakesOf(around({ Type: 'Parallel', Branches: [block('own', 'One'), block('own', 'Other')] }))).toEqual(
      [],
    );
    expect(mistakesOf(around({ Type: 'Map', ItemProcessor: block('shared') }))).toEqual([
      expect.stringContaining('ItemProcessor.States.In.Assign.shared is assigned by the states around'),
    ]);
  });

  it('are those of another execution in the children of a distributed map', () => {
    const processor = { ...block('shared'), ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
    const result = readDefinition(JSON.stringify(around({ Type: 'Map', ItemProcessor: processor })), {
      ...runners,
      maps: { refusals: () => [] },
    });
    expect(result.ok).toBe(true);
  });
});

describe('the validator finds', () => {
  const states = (all: object) => ({ QueryLanguage: 'JSONata', StartAt: 'A', States: all });

  it.each<[string, object, RegExp]>([
    ['states that lead nowhere', { A: { Type: 'Pass', Next: 'Nowhere' } }, /Nowhere/],
    ['states without an end', { A: { Type: 'Pass', Next: 'A' } }, /terminal|end/i],
    ['states with two ends', { A: { Type: 'Pass', End: true, Next: 'B' }, B: { Type: 'Succeed' } }, /Next|End/],
    ['states that are never reached by the first', { B: { Type: 'Succeed' } }, /"?A"?/],
  ])('%s', (_, all, mistake) => {
    expect(mistakesOf(states(all)).join('\n')).toMatch(mistake);
  });
});
