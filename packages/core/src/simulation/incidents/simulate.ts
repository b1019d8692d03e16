import { executionName } from '../../incidents/incident-id.ts';
import type { AlarmItem, IncidentItem } from '../../incidents/items.ts';
import type { DeployedAlarm } from '../../incidents/settings.ts';
import type { Outcome } from '../search.ts';
import { call, GivenUp } from './call.ts';
import { incidentKey } from './effects.ts';
import { killExecution, startExecution } from './execution.ts';
import { answer, intake, sweep } from './intake.ts';
import type { IncidentInvariant } from './invariants.ts';
import { minuteMs, startMs } from './moments.ts';
import type { Going } from './processes.ts';
import type { IncidentRules } from './rules.ts';
import { incidentRulesWithout } from './rules.ts';
import type { IncidentScenario, Intervention } from './scenario.ts';
import { scenarioOf } from './scenario.ts';
import { deliveryMsMax } from './transitions.ts';
import { World } from './world.ts';

/** With every rule on none takes near as many. */
const stepsMax = 60_000;

/**
 * Runs one schedule: everything in it follows from the seed and the rules, so that a failing one replays exactly.
 * `trace` is called with each thing that happens.
 */
export function simulateIncidents(
  seed: number,
  rules: IncidentRules = incidentRulesWithout(),
  trace?: (line: string) => void,
): Outcome<IncidentInvariant> {
  const scenario = scenarioOf(seed);
  const world = new World(seed, scenario, rules, trace);
  world.start = (name, input) => startExecution(world, name, input);
  world.answer = (alarm, kind) => world.processes.start(kind, answering(world, world.alarmOf(alarm), kind));
  for (const delivery of scenario.deliveries) {
    // What Lambda gives up lies in a queue, and is delivered again from there.
    const going = tried(() => call(world, 'intake', () => intake(world, delivery), 20));
    world.processes.start('intake', going, delivery.atMs);
  }
  for (const atMs of lostMs(scenario)) world.processes.start('lost', losing(world), atMs);
  for (const intervention of scenario.interventions) {
    world.processes.start(intervention.kind, intervene(world, intervention), intervention.atMs);
  }
  world.processes.start('sweeps', sweeps(world), startMs + world.random.integer(5 * minuteMs));
  let steps = 0;
  for (let nowMs = 0; world.processes.step(scenario.endMs); steps += 1) {
    if (steps > stepsMax) {
      world.findings.report('over', `not over after ${steps} steps`);
      break;
    }
    if (world.nowMs === nowMs) continue;
    nowMs = world.nowMs;
    world.checks.passed();
  }
  world.checks.final();
  return { seed, broken: world.findings.all, steps };
}

/** When the transitions were whose events do not come, or hours later. */
function lostMs({ alarms, transitions, deliveries }: IncidentScenario): number[] {
  return alarms.flatMap((alarm) =>
    (transitions.get(alarm.alarm) ?? []).flatMap((transition) => {
      const inTimeMs = transition.atMs + deliveryMsMax;
      const isHeard = deliveries.some(
        (delivery) => delivery.alarm === alarm && delivery.transition === transition && delivery.atMs <= inTimeMs,
      );
      return isHeard ? [] : [transition.atMs];
    }),
  );
}

function* losing(world: World): Going {
  world.faults += 1;
  yield world.turn();
}

function* sweeps(world: World): Going {
  for (;;) {
    yield* tried(() => call(world, 'sweep', () => sweep(world), 1));
    yield { atMs: world.nowMs + 5 * minuteMs };
  }
}

function* intervene(world: World, { kind, alarm }: Intervention): Going {
  if (kind !== 'kill') {
    yield* answering(world, alarm, kind);
    return;
  }
  const id = world.store.read<AlarmItem>(`ALARM#${alarm.alarm}`)?.Incident;
  const item = id === undefined ? undefined : world.store.read<IncidentItem>(incidentKey(id));
  if (id !== undefined && item !== undefined) killExecution(world, executionName(id, item.Executions));
}

/** Somebody answers, and does not try again. */
function answering(world: World, alarm: DeployedAlarm, kind: 'acknowledge' | 'resolve'): Going {
  return tried(() => call(world, kind, () => answer(world, alarm, kind), 1));
}

/** What is given up is left to others. */
function* tried(make: () => Going): Going {
  try {
    yield* make();
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
  }
}
