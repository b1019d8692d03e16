import { actions, running, wentOn } from './actions.ts';
import type { Decisions } from './decisions.ts';
import { decisions } from './decisions.ts';
import type { State } from './state.ts';
import { firstState } from './state.ts';

/** Goes on until everybody waits. */
const idle = 'idle';
const told = ['turns on', 'heard', 'performed', idle];
const acknowledged = [...told, 'acknowledged', 'performed', idle];
const off = ['turns off', 'heard', 'performed', idle];
const overdue = ['time passes', idle];

/** From where everything is tried: what led there, by the names of actions. */
export const starts: Readonly<Record<string, readonly string[]>> = {
  'nothing yet': [],
  'a message on its way': ['turns on', 'heard', 'performed', 'goes on', 'goes on'],
  'the first tier told': told,
  'both tiers told': [...told, ...overdue],
  'nobody has answered': [...told, ...overdue, ...overdue],
  acknowledged,
  'acknowledged, and raised again': [...acknowledged, ...overdue],
  resolved: [...told, 'resolved', 'performed', idle],
  'turned off': [...told, ...off],
  'acknowledged, and turned off': [...acknowledged, ...off],
  'recovered a while ago': [...told, ...off, ...overdue],
  held: ['silence', 'turns on', 'heard', 'performed', idle],
};

/** The state at a start. Throws where it is not to be had. */
export function startAt(name: string, decide: Decisions = decisions): State {
  const path = starts[name];
  if (path === undefined) throw new Error(`there is no start ${JSON.stringify(name)}`);
  return path.reduce<State>(stepped, { ...firstState, decide });
}

function stepped(state: State, name: string): State {
  if (name === idle) return idled(state);
  const action = actions(state).find((each) => each.name === name);
  if (action === undefined) throw new Error(`${JSON.stringify(name)} cannot happen now`);
  return action.next;
}

function idled(state: State): State {
  const [execution] = running(state);
  return execution === undefined ? state : idled(wentOn(state, execution));
}
