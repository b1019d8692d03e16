import { answerTick } from '../../incidents/answer-tick.ts';
import { changed } from '../../incidents/incident.ts';
import type { IncidentItem, Telling } from '../../incidents/items.ts';
import { gathered, outboxKey } from '../../incidents/outbox.ts';
import { withoutAlarm } from '../../incidents/removed-alarm.ts';
import type { EscalateInput, TickAnswer } from '../../incidents/steps.ts';
import { loopsMax } from '../../incidents/steps.ts';
import { putToken } from '../../incidents/waiting.ts';
import { call, GivenUp } from './call.ts';
import { incidentKey, perform, put } from './effects.ts';
import type { Going } from './processes.ts';
import { send } from './send.ts';
import type { World } from './world.ts';

/** Starts `Escalate` under a name, unless there is or was one of that name. */
export function startExecution(world: World, name: string, input: EscalateInput): void {
  if (world.executions.has(name)) return;
  world.executions.set(name, 'running');
  world.say(`start ${name}`);
  world.processes.start(name, escalate(world, name, input));
}

export function killExecution(world: World, name: string): void {
  if (!world.processes.kill(name)) return;
  world.faults += 1;
  world.executions.set(name, 'stopped');
  world.say(`kill ${name}`);
}

/** The machine: asks what is next, does it, and asks again. */
function* escalate(world: World, name: string, input: EscalateInput): Going {
  try {
    // Now and then one that has asked often already.
    const first = world.random.fraction() < 0.1 ? loopsMax - 3 : 1;
    for (let loops = first; ; loops += 1) {
      const answer = yield* call(world, `tick ${name}`, () => ask(world, input, loops));
      if (answer.kind === 'wait') yield* wait(world, name, input, answer);
      else if (answer.kind === 'tell') yield* tell(world, name, input, answer);
      else break;
    }
    world.executions.set(name, 'succeeded');
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
    world.executions.set(name, 'stopped');
  }
}

function* ask(world: World, input: EscalateInput, loops: number): Going<TickAnswer> {
  const key = incidentKey(input.incident);
  for (;;) {
    const item = world.store.read<IncidentItem>(key);
    if (item === undefined) throw new Error(`no incident ${input.incident}`);
    yield world.turn();
    const alarm = world.alarmOf(item.Alarm);
    const there = withoutAlarm(item, world.isDeployed(alarm), world.nowMs).item;
    const ticked = answerTick({ ...input, loops }, there, world.plan(alarm), world.nowMs, world.hold(alarm));
    const said = unsaid(world, item, ticked);
    if (!put(world, [{ key, read: item, item: said.item }])) continue;
    const { Status, HeldBecause = '', Resolved } = said.item;
    world.say(`tick ${input.incident} ${Status}: ${JSON.stringify(said.answer)} ${HeldBecause} ${Resolved?.By ?? ''}`);
    yield* perform(world, said.effects);
    return said.answer;
  }
}

/** With the rule off, the last word is not said. */
function unsaid(
  world: World,
  item: IncidentItem,
  ticked: ReturnType<typeof answerTick>,
): ReturnType<typeof answerTick> {
  const { answer } = ticked;
  if (world.rules.lastWord || answer.kind !== 'tell' || answer.telling.Kind !== 'last-word') return ticked;
  const DueMs = world.nowMs + world.truth.deployment.settings.raiseAgainAfterMs;
  const next = changed(item, { Status: 'unanswered', DueMs, Step: item.Step + 1, UntilMs: DueMs });
  return { item: next, effects: [], answer: { kind: 'wait', step: next.Step, seconds: 1 } };
}

function* wait(
  world: World,
  name: string,
  input: EscalateInput,
  { step, seconds }: Extract<TickAnswer, { kind: 'wait' }>,
): Going {
  const token = world.unique('token');
  provoke(world, input);
  yield* call(world, `await ${name}`, () => awaitToken(world, input, step, token));
  if (!world.processes.isWoken(token)) yield { atMs: world.nowMs + seconds * 1000, token };
}

/** Somebody answers right now, before the token is put or a message is sent. */
function provoke(world: World, { incident }: EscalateInput): void {
  const { random, nowMs, scenario } = world;
  const item = world.store.read<IncidentItem>(incidentKey(incident));
  if (world.provokedLeft === 0 || nowMs >= scenario.calmMs || random.fraction() > 0.15 || item === undefined) return;
  world.provokedLeft -= 1;
  const kind = random.fraction() < 0.5 ? 'resolve' : 'acknowledge';
  world.answer(item.Alarm, kind);
}

function* awaitToken(world: World, { incident }: EscalateInput, step: number, token: string): Going {
  const key = incidentKey(incident);
  for (;;) {
    const item = world.store.read<IncidentItem>(key);
    if (item === undefined) throw new Error(`no incident ${incident}`);
    yield world.turn();
    const change = world.rules.lateTokens
      ? putToken(item, step, token)
      : { item: changed(item, { Token: token }), effects: [] };
    if (!put(world, [{ key, read: item, item: change.item }])) continue;
    yield* perform(world, change.effects);
    return;
  }
}

function* tell(
  world: World,
  name: string,
  input: EscalateInput,
  { telling, gatherSeconds }: Extract<TickAnswer, { kind: 'tell' }>,
): Going {
  yield* call(world, `gather ${name}`, () => gather(world, input, telling));
  yield { atMs: world.nowMs + gatherSeconds * 1000 };
  provoke(world, input);
  for (;;) {
    const { sent, waitSeconds } = yield* call(world, `send ${name}`, () => send(world, name, input.incident, telling));
    if (sent) return;
    yield { atMs: world.nowMs + waitSeconds * 1000 };
  }
}

function* gather(world: World, { source, incident }: EscalateInput, telling: Telling): Going {
  yield world.turn();
  // That there is such an entry already is well.
  const item = gathered(source, incident, telling, world.nowMs);
  world.store.put([{ key: outboxKey(incident, telling).Item, item, before: 0 }]);
}
