import type { Clock } from '../../clock.ts';
import type { ScheduleChaos } from './chaos.ts';
import type { ScheduleDeadLetter } from './dead-letter.ts';
import { ScheduleGroups } from './groups.ts';
import { type Invoke, invocationMs, invokeFor } from './invocation.ts';
import type { SchedulePlace } from './place.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';

export interface SchedulesOptions extends SchedulePlace {
  readonly clock: Clock;
  readonly invoke: Invoke;
  /** Takes what a target did not. */
  readonly bury: (letter: ScheduleDeadLetter) => Promise<void>;
  /** A fault of the engine itself in an invocation. */
  readonly onError: (error: unknown) => void;
}

/** A schedule as it stands. */
export interface Schedule {
  readonly definition: ScheduleDefinition;
  /** Engine time. */
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** Of the call that made it: the same call again makes no second one. */
  readonly clientToken: string | undefined;
}

interface RunningSchedule extends Schedule {
  /** Ends it as it is now. */
  readonly ended: AbortController;
}

/** EventBridge Scheduler: invokes targets when their schedules say so. Follows the engine's clock. */
export class Schedules {
  /** For tests: see ScheduleDisturbance. */
  chaos: ScheduleChaos | undefined;
  readonly groups: ScheduleGroups;
  readonly #options: SchedulesOptions;
  readonly #schedules = new Map<string, RunningSchedule>();
  readonly #started = Promise.withResolvers<void>();
  readonly #closed = new AbortController();
  readonly #invocations = new Set<Promise<void>>();

  constructor(options: SchedulesOptions) {
    this.#options = options;
    this.groups = new ScheduleGroups(options, options.clock.now());
  }

  /** From now on schedules count. */
  start(): void {
    this.#started.resolve();
  }

  get(groupName: string, name: string): Schedule | undefined {
    return this.#schedules.get(keyOf(groupName, name));
  }

  /** By group and name. */
  list(): readonly Schedule[] {
    const schedules = [...this.#schedules.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    return schedules.map(([, schedule]) => schedule);
  }

  /** Makes a schedule, or makes the one of the name another: it begins anew, what waits in its flexible window is dropped. */
  put(definition: ScheduleDefinition, clientToken?: string): Schedule {
    const { groupName, name } = definition;
    const before = this.get(groupName, name);
    this.remove(groupName, name);
    const nowMs = this.#options.clock.now();
    const schedule: RunningSchedule = {
      ...{ definition, createdMs: before?.createdMs ?? nowMs, modifiedMs: nowMs, ended: new AbortController() },
      clientToken: before === undefined ? clientToken : before.clientToken,
    };
    this.#schedules.set(keyOf(groupName, name), schedule);
    const signal = AbortSignal.any([schedule.ended.signal, this.#closed.signal]);
    if (definition.isEnabled) this.#watched(this.#follow(schedule, signal), signal);
    return schedule;
  }

  /** What is on its way to the target still arrives; what waits in a flexible window does not. */
  remove(groupName: string, name: string): void {
    const key = keyOf(groupName, name);
    this.#schedules.get(key)?.ended.abort();
    this.#schedules.delete(key);
  }

  /** The group with all its schedules. */
  removeGroup(groupName: string): void {
    for (const { definition } of this.list()) {
      if (definition.groupName === groupName) this.remove(groupName, definition.name);
    }
    this.groups.remove(groupName);
  }

  /**
   * Resolves when targets have taken, or will never take, what schedules invoked them for so far; what waits in a flexible window is
   * not waited for. A function or an execution may still be at it.
   */
  async settled(): Promise<void> {
    while (this.#invocations.size > 0) await Promise.all(this.#invocations);
  }

  /** Drops what waits. */
  close(): void {
    this.#closed.abort();
    this.#started.resolve();
  }

  /** Where the clock passed several occurrences at once, the target is invoked for the last of them. */
  async #follow({ definition }: RunningSchedule, signal: AbortSignal): Promise<void> {
    const { timing, deletesItself, groupName, name } = definition;
    const { clock } = this.#options;
    await this.#started.promise;
    const isOnce = timing.kind === 'at';
    const beganMs = clock.now();
    const startMs = definition.startMs ?? beganMs;
    const endMs = (isOnce ? undefined : definition.endMs) ?? Number.POSITIVE_INFINITY;
    // A cron that falls on the moment of its creation has its first occurrence after it, as that of a rule.
    let afterMs = timing.kind === 'cron' ? Math.max(beganMs, startMs - 1) : beganMs - 1;
    const running = new Set<Promise<void>>();
    let hasOccurred = false;
    for (;;) {
      const dueMs = timing.next(afterMs, startMs);
      if (dueMs === undefined || dueMs >= endMs) break;
      await clock.sleep(dueMs - clock.now(), signal);
      signal.throwIfAborted();
      afterMs = Math.max(dueMs, timing.latest(Math.min(clock.now(), endMs - 1), startMs) ?? dueMs);
      const invocation = this.#invoke(definition, afterMs, signal).finally(() => running.delete(invocation));
      running.add(invocation);
      hasOccurred = true;
    }
    await Promise.all(running);
    signal.throwIfAborted();
    const isComplete = hasOccurred && (isOnce || endMs !== Number.POSITIVE_INFINITY);
    if (deletesItself && isComplete) this.remove(groupName, name);
  }

  /** Resolves when the target has taken it or will never do so; never rejects. */
  #invoke(definition: ScheduleDefinition, scheduledMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    return clock.sleep(invocationMs(definition, scheduledMs) - clock.now(), signal).then(
      () => {
        const { signal: closed } = this.#closed;
        const options = { ...this.#options, chaos: this.chaos, signal: closed };
        const invocation = this.#watched(invokeFor(definition, scheduledMs, options), closed).finally(() =>
          this.#invocations.delete(invocation),
        );
        this.#invocations.add(invocation);
        return invocation;
      },
      () => {},
    );
  }

  /** Never rejects. */
  #watched(work: Promise<void>, signal: AbortSignal): Promise<void> {
    return work.catch((error: unknown) => {
      if (!signal.aborted) this.#options.onError(error);
    });
  }
}

/** A name has no slash. */
function keyOf(groupName: string, name: string): string {
  return `${groupName}/${name}`;
}
