import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { FoundExecution, FoundIncident } from './found-incidents.ts';
import type { Outcome } from './outcome.ts';

/** Something that an escalation that goes wrong could do. */
export type Damage = (outcome: Outcome) => Outcome;

/** What the comparison must be able to find, in what a course has left behind in which everything went well. */
export const damages: Readonly<Record<string, Damage>> = {
  'there is another incident': (outcome) => {
    const [{ item }] = outcome.incidents as [FoundIncident];
    return { ...outcome, incidents: [...outcome.incidents, { incident: '20261120T091500Z-0a1b2c3d', item }] };
  },
  'there is no incident': (outcome) => ({ ...outcome, incidents: [] }),
  'the incident is of another transition': (outcome) => {
    const [{ item }] = outcome.incidents as [FoundIncident];
    return { ...outcome, incidents: [{ incident: '20261120T091500Z-0a1b2c3d', item }] };
  },
  'an incident has not ended': (outcome) => withItem(outcome, (item) => ({ ...item, Status: 'acknowledged' })),
  'something waits in the outbox': (outcome) => ({ ...outcome, outbox: ['OUTBOX#tier-1#one#page-1-1-1-1'] }),
  'a page is lost': ({ messages, ...outcome }) => ({
    ...outcome,
    messages: messages.filter(({ channel, subject }) => channel !== 'email' || !subject?.startsWith('HIGH')),
  }),
  'somebody is told twice without need': ({ messages, ...outcome }) => ({
    ...outcome,
    messages: [...messages.slice(0, 1), ...messages],
  }),
  'the second tier is told before the first': ({ messages, ...outcome }) => {
    const [first, second] = [messages[0]?.atMs ?? 0, messages[2]?.atMs ?? 0];
    const swapped = (atMs: number) => (atMs < second ? second + atMs - first : atMs === second ? first : atMs);
    return { ...outcome, messages: messages.map((each) => ({ ...each, atMs: swapped(each.atMs) })) };
  },
  'somebody is told after the acknowledgement': ({ messages, ...outcome }) => {
    const last = messages.at(-1)?.atMs ?? 0;
    return {
      ...outcome,
      messages: [...messages.slice(1), ...messages.slice(0, 1).map((each) => ({ ...each, atMs: last }))],
    };
  },
  'somebody is told who should not be': ({ messages, ...outcome }) => ({
    ...outcome,
    messages: [...messages, ...messages.slice(0, 1).map((each) => ({ ...each, to: 'another@example.org' }))],
  }),
  'an end is lost': ({ messages, ...outcome }) => ({ ...outcome, messages: messages.slice(0, -1) }),
  'an execution hangs': (outcome) => withExecution(outcome, (each) => ({ ...each, status: 'RUNNING' })),
  'an execution has failed': (outcome) => withExecution(outcome, (each) => ({ ...each, status: 'FAILED' })),
  'there is an execution too many': (outcome) => {
    const [first] = outcome.executions as [FoundExecution];
    return { ...outcome, executions: [...outcome.executions, { ...first, name: `${first.name}-2` }] };
  },
  'the timeline does not say who was told': (outcome) =>
    withLog(outcome, (log) => log.filter(({ Kind }) => Kind !== 'told')),
  'the timeline does not say who has acknowledged': (outcome) =>
    withLog(outcome, (log) => log.filter(({ Kind }) => Kind !== 'acknowledged')),
  'the timeline says something twice': (outcome) => withLog(outcome, (log) => [...log, ...log.slice(-1)]),
};

function withItem(outcome: Outcome, change: (item: IncidentItem) => IncidentItem): Outcome {
  return { ...outcome, incidents: outcome.incidents.map(({ incident, item }) => ({ incident, item: change(item) })) };
}

function withLog(outcome: Outcome, change: (log: IncidentItem['Log']) => IncidentItem['Log']): Outcome {
  return withItem(outcome, (item) => ({ ...item, Log: change(item.Log) }));
}

function withExecution(outcome: Outcome, change: (execution: FoundExecution) => FoundExecution): Outcome {
  return { ...outcome, executions: outcome.executions.map(change) };
}
