import type { Clock } from '../../../clock.ts';
import type { NewEvent } from '../../events/event.ts';
import { alarmNotFound, validationError } from '../failures.ts';
import type { MetricStore } from '../store.ts';
import type { AlarmActions } from './actions.ts';
import type { Alarm, AlarmState, MetricAlarm, StateValue, WatchedStat } from './alarm.ts';
import { childrenOf } from './alarm-rule.ts';
import { type CompositeCause, evaluateComposite } from './composite.ts';
import { configurationItem, stateItem } from './history-item.ts';
import { initialReason, reasonOf } from './reason.ts';
import type { AlarmStore, KeptAlarm } from './store.ts';
import { stateChange } from './transition.ts';
import { AlarmWatch, type Excluded } from './watch.ts';

export interface AlarmsOptions {
  readonly clock: Clock;
  readonly store: AlarmStore;
  readonly metrics: MetricStore;
  /** So long after the beginning of each minute alarms are evaluated. */
  readonly phaseMs: number;
  /** Puts an event on the bus. */
  readonly report: (event: NewEvent) => void;
  /** Takes the actions that an alarm has for its new state. */
  readonly actions: Pick<AlarmActions, 'take' | 'settled'>;
  /** Spans from which no band around the metric is to learn. */
  readonly excluded: (stat: WatchedStat) => readonly Excluded[];
  /** A fault of the engine itself in an evaluation. */
  readonly onError: (error: unknown) => void;
}

interface RunningAlarm extends KeptAlarm {
  /** Of a metric alarm. */
  readonly watch: AlarmWatch | undefined;
}

const minuteMs = 60_000;
/** A clock that stands still, or is set back a little, gives an alarm's states times of their own. */
const sameTimeMs = 1_000;

/** Every alarm of the engine. They follow its clock, and are kept with their states. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #alarms = new Map<string, RunningAlarm>();
  /** The names of those that watch other alarms. */
  readonly #composites = new Set<string>();
  /** Of the template of an earlier engine, not put yet. */
  readonly #unclaimed = new Set<string>();
  /** Composite alarms whose rule is to be looked at when the engine has started, and why. */
  readonly #pending = new Map<string, 'created' | 'updated'>();
  readonly #closed = new AbortController();
  #isStarted = false;
  #wanted = Promise.withResolvers<void>();

  constructor(options: AlarmsOptions) {
    this.#options = options;
    for (const kept of options.store.alarms()) {
      this.#hold(kept);
      if (kept.isOfTemplate) this.#unclaimed.add(kept.alarm.name);
    }
  }

  /** From now on alarms are evaluated. Those that an earlier template had and this one has not are gone. */
  start(): void {
    for (const name of this.#unclaimed) this.#remove(name);
    this.#unclaimed.clear();
    this.#isStarted = true;
    for (const [name, how] of this.#pending) this.#lookAtRule(name, how);
    this.#pending.clear();
    const { signal } = this.#closed;
    void this.#follow(signal).catch((error: unknown) => {
      if (!signal.aborted) this.#options.onError(error);
    });
  }

  get(name: string): KeptAlarm | undefined {
    return this.#alarms.get(name);
  }

  /** By name. */
  list(): readonly KeptAlarm[] {
    return [...this.#alarms.values()].sort((a, b) => (a.alarm.name < b.alarm.name ? -1 : 1));
  }

  /** The composite alarms whose rules name it. */
  parentsOf(name: string): readonly KeptAlarm[] {
    return [...this.#composites].flatMap((composite) => {
      const running = this.#alarms.get(composite);
      const isParent = running?.alarm.kind === 'composite' && childrenOf(running.alarm.rule).includes(name);
      return isParent ? [running] : [];
    });
  }

  /** A new alarm begins with insufficient data; one that is there goes on in its state, whatever it watches now. */
  put(alarm: Alarm, isOfTemplate = false): void {
    const before = this.#alarms.get(alarm.name);
    this.#assertPossible(alarm, before?.alarm);
    this.#unclaimed.delete(alarm.name);
    if (before !== undefined && isSame(before.alarm, alarm)) return;
    const state = before?.state ?? insufficient(alarm.updatedMs);
    const kept = { alarm, isOfTemplate: isOfTemplate || before?.isOfTemplate === true, state };
    this.#hold(kept);
    this.#options.store.put(kept);
    this.#options.store.addHistory(configurationItem(alarm, state, before === undefined ? 'Create' : 'Update'));
    if (alarm.kind === 'metric') this.#wanted.resolve();
    else this.#lookAtRule(alarm.name, before === undefined ? 'created' : 'updated');
  }

  /** Throws where the rule of an alarm that stays names one of them. */
  delete(names: readonly string[]): void {
    const going = new Set(names);
    for (const name of names) {
      if (this.parentsOf(name).some(({ alarm }) => !going.has(alarm.name) || alarm.name === name)) {
        throw validationError(`Cannot delete ${name} as there are composite alarm(s) depending on it.`);
      }
    }
    for (const name of names) this.#remove(name);
  }

  /** Until the next evaluation, for a metric alarm; for a composite one until one of its children changes. */
  setState(name: string, set: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>): void {
    const running = this.#alarms.get(name);
    if (running === undefined) throw alarmNotFound();
    this.#change(running, set);
  }

  setActionsEnabled(name: string, actionsEnabled: boolean): void {
    const running = this.#alarms.get(name);
    if (running === undefined || running.alarm.actionsEnabled === actionsEnabled) return;
    const alarm = { ...running.alarm, actionsEnabled, updatedMs: this.#options.clock.now() };
    const kept = { ...running, alarm };
    this.#alarms.set(name, kept);
    this.#options.store.put(kept);
    this.#options.store.addHistory(configurationItem(alarm, kept.state, 'Update'));
  }

  /** Evaluates every metric alarm now, as it happens once a minute by itself. */
  evaluate(): void {
    this.#options.store.atOnce(() => {
      for (const { alarm, watch } of [...this.#alarms.values()]) {
        if (alarm.kind !== 'metric' || watch === undefined) continue;
        try {
          this.#evaluate(alarm, watch);
        } catch (error) {
          this.#options.onError(error);
        }
      }
    });
  }

  /** Resolves when every action so far was taken or failed. A function may still be at it. */
  settled(): Promise<void> {
    return this.#options.actions.settled();
  }

  /** Nothing is evaluated any more. */
  close(): void {
    this.#closed.abort();
    this.#wanted.resolve();
  }

  /** Where the clock passed several minutes at once, there is one evaluation, for the last of them. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { clock, phaseMs } = this.#options;
    for (;;) {
      while (![...this.#alarms.values()].some(({ watch }) => watch !== undefined)) {
        this.#wanted = Promise.withResolvers();
        await this.#wanted.promise;
        signal.throwIfAborted();
      }
      const nowMs = clock.now();
      const dueMs = (Math.floor((nowMs - phaseMs) / minuteMs) + 1) * minuteMs + phaseMs;
      await clock.sleep(dueMs - nowMs, signal);
      signal.throwIfAborted();
      this.evaluate();
    }
  }

  #evaluate(alarm: MetricAlarm, watch: AlarmWatch): void {
    const nowMs = this.#options.clock.now();
    const running = this.#alarms.get(alarm.name);
    const decision = watch.evaluate(nowMs);
    if (running === undefined || decision === undefined) return;
    const { value } = decision;
    if (value === 'unchanged' || value === running.state.value) return;
    this.#change(running, { value, ...reasonOf(alarm, decision, value, nowMs) });
  }

  /** A composite alarm is looked at when it is put, and when one of its children changes. */
  #lookAtRule(name: string, cause: CompositeCause): void {
    if (!this.#isStarted) {
      if (typeof cause === 'string') this.#pending.set(name, cause);
      return;
    }
    const running = this.#alarms.get(name);
    if (running?.alarm.kind !== 'composite') return;
    const next = evaluateComposite(running.alarm, cause, (child) => this.#alarms.get(child));
    if (next !== undefined && next.value !== running.state.value) this.#change(running, next);
  }

  /** The same state with another reason is no transition. */
  #change(running: RunningAlarm, next: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>): void {
    const { alarm, state: previous } = running;
    const { store, report, actions, clock } = this.#options;
    const isTransition = next.value !== previous.value;
    const state = { ...next, atMs: isTransition ? timeAfter(previous.atMs, clock.now()) : previous.atMs };
    const changed = { ...running, state };
    this.#alarms.set(alarm.name, changed);
    store.setState(alarm.name, state);
    if (!isTransition) return;
    const transition = { alarm, previous, state };
    store.addHistory(stateItem(transition));
    report(stateChange(transition));
    if (alarm.actionsEnabled) actions.take(transition);
    for (const parent of this.parentsOf(alarm.name)) this.#lookAtRule(parent.alarm.name, transition);
  }

  #hold(kept: KeptAlarm): void {
    const { metrics: store, excluded } = this.#options;
    const { alarm } = kept;
    const watch = alarm.kind === 'metric' ? new AlarmWatch({ store, alarm, excluded }) : undefined;
    this.#alarms.set(alarm.name, { ...kept, watch });
    if (alarm.kind === 'composite') this.#composites.add(alarm.name);
  }

  #remove(name: string): void {
    const running = this.#alarms.get(name);
    if (running === undefined) return;
    this.#alarms.delete(name);
    this.#composites.delete(name);
    this.#options.store.remove(name);
    const alarm = { ...running.alarm, updatedMs: this.#options.clock.now() };
    this.#options.store.addHistory(configurationItem(alarm, running.state, 'Delete'));
  }

  #assertPossible(alarm: Alarm, before: Alarm | undefined): void {
    if (before !== undefined && before.kind !== alarm.kind) {
      throw validationError(`${alarm.name} is the name of an alarm of another kind`);
    }
    if (alarm.kind !== 'composite') return;
    const missing = childrenOf(alarm.rule).filter((name) => name !== alarm.name && !this.#alarms.has(name));
    if (missing.length === 0) return;
    throw validationError(
      `Could not save the composite alarm as alarms [${missing.join(', ')}] in the alarm rule do not exist`,
    );
  }
}

function insufficient(atMs: number): AlarmState {
  const value: StateValue = 'INSUFFICIENT_DATA';
  return { value, reason: initialReason, reasonData: undefined, atMs };
}

/** No two states of an alarm have the same time: it tells its transitions apart. */
function timeAfter(previousMs: number, nowMs: number): number {
  const isLater = nowMs > previousMs || nowMs < previousMs - sameTimeMs;
  return isLater ? nowMs : previousMs + 1;
}

/** Whether they differ in nothing but when they were put. */
function isSame(a: Alarm, b: Alarm): boolean {
  return JSON.stringify({ ...a, updatedMs: 0 }) === JSON.stringify({ ...b, updatedMs: 0 });
}
