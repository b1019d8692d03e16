import type { TidemarkInput } from '@tidemark/core/config/input';
import { startAssembly } from '../../src/exactness/stack.ts';
import { incidentFunctions } from '../../src/incidents/step-calls.ts';
import { addAlarms, putAlarms, stormDifferences, turnAll } from '../../src/incidents/storm.ts';
import { IncidentTrial, trialSource } from '../../src/incidents/trial.ts';
import { withAssembly } from '../assembly.ts';
import { Activity } from '../metering/activity.ts';
import { type FunctionUse, readNow, useBetween } from '../metering/function-use.ts';
import { PartitionWrites } from './partition-writes.ts';

export const contacts = ['email:first@example.org', 'sms:+4915112345678', 'https://hooks.example.org/x'];
const like = 'page view';
const memoryMb = 512;
/** Fine enough that retries, which come within two seconds, are spread over many moments. */
const grainMs = 100;
const progressMs = 5_000;

/** What became of so many alarms that turned on at once, were told, and turned off at once. */
export interface MeteredStorm {
  readonly alarms: number;
  /** From the transitions to the first message, in seconds of engine time: what is waited for by design. */
  readonly firstMessageSeconds: number;
  /** The same until everybody was told of everything, and until all was over, in seconds of this machine. */
  readonly toldWallSeconds: number;
  readonly overWallSeconds: number;
  /** That each contact got of the beginnings, and of the ends. */
  readonly messages: readonly [number, number];
  readonly executions: number;
  readonly transitions: number;
  readonly use: FunctionUse;
  /** Write units by partition of the Control table. */
  readonly writeUnits: ReadonlyMap<string, number>;
}

const configuration: TidemarkInput = {
  sources: { web: trialSource({ alarms: [like] }) },
  escalation: {
    tiers: [{ notify: contacts, acknowledgeWithin: '24h' }],
    ...{ gather: '20s', joinWithin: '2m' },
  },
};

/**
 * On a clock that stands still while anything is done: what this machine takes is no engine time. `onProgress` hears what has happened so far, every few
 * seconds. Throws where anything is not as it should be.
 */
export function meteredStorm(alarms: number, onProgress: (text: string) => void): Promise<MeteredStorm> {
  return withAssembly(configuration, async (assembly) => {
    await addAlarms(assembly, alarms);
    const activity = new Activity();
    const stack = await startAssembly(assembly, Date.now(), { clockFactor: 0, onLog: activity.onLog });
    const trial = new IncidentTrial(stack, grainMs);
    const { incidents } = incidentFunctions(stack.engine);
    const telling = setInterval(() => {
      onProgress(`${activity.invocations.get(incidents) ?? 0} invocations, ${trial.messages(0).length} messages`);
    }, progressMs);
    try {
      return await storm(trial, activity, alarms);
    } finally {
      clearInterval(telling);
      await trial.stop();
    }
  });
}

async function storm(trial: IncidentTrial, activity: Activity, alarms: number): Promise<MeteredStorm> {
  const { engine } = trial.stack;
  putAlarms(engine, alarms, trial.alarm(like));
  turnAll(engine, alarms, 'OK');
  await trial.quiet.settled();
  const writes = new PartitionWrites(engine);
  const before = readNow(engine, activity);
  const transitionsBefore = transitionsOf(trial);
  const [beganMs, beganWallMs] = [trial.nowMs, Date.now()];
  turnAll(engine, alarms, 'ALARM');
  await until(trial, 'everybody is told of everything', () => coversAll(trial, 0, alarms));
  const toldWallMs = Date.now();
  const [first] = trial.messages(0);
  const after = trial.latestMessage;
  const begun = trial.messages(0).length;
  turnAll(engine, alarms, 'OK');
  await until(trial, 'everybody is told of all ends', () => coversAll(trial, after, alarms));
  await trial.ended();
  const overWallMs = Date.now();
  const items = (await trial.found.incidents('web')).map(({ item }) => item);
  const executions = await trial.found.executions();
  const differences = [
    ...stormDifferences(items, alarms, contacts),
    ...executions.filter(({ status }) => status !== 'SUCCEEDED').map(({ name, status }) => `${name} is ${status}`),
    ...(await trial.found.outbox()).map((key) => `${key} is left`),
    ...trial.stack.engineErrors.map(String),
  ];
  if (differences.length > 0)
    throw new Error(`${differences.length} differences: ${differences.slice(0, 5).join('; ')}`);
  return {
    alarms,
    firstMessageSeconds: ((first?.atMs ?? Number.NaN) - beganMs) / 1000,
    toldWallSeconds: (toldWallMs - beganWallMs) / 1000,
    overWallSeconds: (overWallMs - toldWallMs) / 1000,
    messages: [begun / contacts.length, trial.messages(after).length / contacts.length],
    executions: executions.length,
    transitions: transitionsOf(trial) - transitionsBefore,
    use: useBetween(before, readNow(engine, activity), incidentFunctions(engine).incidents, memoryMb),
    writeUnits: writes.byPartition,
  };
}

async function until(trial: IncidentTrial, what: string, come: () => boolean): Promise<void> {
  await trial.quiet.until(what, come);
}

/** Whether the messages since that one are of so many incidents, for each contact. */
function coversAll(trial: IncidentTrial, after: number, alarms: number): boolean {
  const mails = trial.messages(after).filter(({ channel }) => channel === 'email');
  const counts = mails.map(({ subject = '' }) =>
    Number(/: ([\d,]+) alarms/.exec(subject)?.[1]?.replaceAll(',', '') ?? 1),
  );
  return counts.reduce((sum, count) => sum + count, 0) >= alarms;
}

function transitionsOf({ stack }: IncidentTrial): number {
  return stack.engine.meter.snapshot().stateMachines.reduce((sum, { transitions }) => sum + transitions, 0);
}
