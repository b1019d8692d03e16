import { type TaskState, waitsForToken } from '../definition.ts';
import { StateFailure } from '../failure.ts';
import { secondsMax } from '../limits.ts';
import type { Task } from '../task-runner.ts';
import type { OpenToken } from '../task-tokens.ts';
import { controllerUnder, unlessAborted } from './lane.ts';
import { type PreparedTask, taskRecord } from './task-record.ts';
import type { Visit } from './visit.ts';

/** One attempt at a task, to its result. Throws StateFailure. */
export async function attemptTask(visit: Visit<TaskState>): Promise<unknown> {
  const token = waitsForToken(visit.state.Resource) ? visit.lane.options.tokens.open() : undefined;
  visit.token = token?.token;
  const { controller, release } = controllerUnder(visit.lane.signal);
  try {
    const prepared = await prepare(visit, controller.signal);
    const record = taskRecord(visit.lane, prepared);
    const task: Task = {
      ...prepared,
      submitted: (answer) => {
        if (!controller.signal.aborted) record.submitted(answer);
      },
    };
    record.scheduled();
    record.started();
    try {
      // A function that returns nothing has returned null.
      const result = (await unlessAborted(performed(visit, task, token), controller.signal)) ?? null;
      visit.checkSize(result, record.type);
      record.succeeded(result);
      return result;
    } catch (error) {
      if (error instanceof StateFailure) record.failed(error);
      throw error;
    }
  } finally {
    release();
    token?.close();
    visit.token = undefined;
    // Wakes the timers, and tells a runner whose task has timed out.
    controller.abort(new Error('nobody waits for this task any more'));
  }
}

async function prepare(visit: Visit<TaskState>, signal: AbortSignal): Promise<PreparedTask> {
  const { state } = visit;
  const { Arguments: template, TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat, Credentials: credentials } = state;
  const args = template === undefined ? structuredClone(visit.input) : await visit.evaluate(template, 'Arguments');
  visit.checkSize(args);
  return {
    stateName: visit.name,
    resource: state.Resource,
    arguments: args,
    taskToken: visit.token,
    roleArn: credentials === undefined ? undefined : await visit.text(credentials.RoleArn, 'Credentials/RoleArn'),
    timeoutSeconds: timeout === undefined ? undefined : await visit.number(timeout, 'TimeoutSeconds', 1, secondsMax),
    heartbeatSeconds:
      heartbeat === undefined ? undefined : await visit.number(heartbeat, 'HeartbeatSeconds', 1, secondsMax),
    context: visit.context(),
    signal,
  };
}

/** The call and, where there is a token, what comes back for it; cut off by the state's times. */
async function performed(visit: Visit<TaskState>, task: Task, token: OpenToken | undefined): Promise<unknown> {
  const { tasks } = visit.lane.options;
  const outcome = tasks.run(task).then(async (result) => {
    if (token === undefined) return result;
    task.submitted(result);
    return returned(token);
  });
  outcome.catch(() => {});
  return Promise.race([outcome, timeout(visit, task), heartbeatLapse(visit, task, token)]);
}

async function returned(token: OpenToken): Promise<unknown> {
  const outcome = await token.outcome;
  if (outcome.kind === 'success') return outcome.output;
  throw new StateFailure(outcome.error, outcome.cause);
}

async function timeout({ lane }: Visit, task: Task): Promise<never> {
  const ms = task.timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : task.timeoutSeconds * 1000;
  await lane.options.clock.sleep(ms, task.signal);
  throw StateFailure.reserved('States.Timeout');
}

/** A missing heartbeat is a `States.Timeout` in the history and to `ErrorEquals`, which also knows it by its own name. */
async function heartbeatLapse({ lane }: Visit, task: Task, token: OpenToken | undefined): Promise<never> {
  const { clock } = lane.options;
  const ms = task.heartbeatSeconds === undefined ? Number.POSITIVE_INFINITY : task.heartbeatSeconds * 1000;
  let dueMs = clock.now() + ms;
  token?.onHeartbeat(() => {
    dueMs = clock.now() + ms;
  });
  while (clock.now() < dueMs) await clock.sleep(dueMs - clock.now(), task.signal);
  throw new StateFailure('States.Timeout', undefined, 'States.HeartbeatTimeout');
}
