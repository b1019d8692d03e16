import type { Clock } from '../../../clock.ts';
import type { NewEvent } from '../../events/event.ts';
import { alarmNotFound, validationError } from '../failures.ts';
import type { MetricStore } from '../store.ts';
import type { AlarmActions } from './actions.ts';
import type { Alarm, AlarmState, MetricAlarm, WatchedStat } from './alarm.ts';
import { assertChildren } from './composite.ts';
import { CompositeRules } from './composite-rules.ts';
import { configurationItem, stateItem } from './history-item.ts';
import { minutely } from './minutely.ts';
import { reasonOf } from './reason.ts';
import { initialState, isInitial, timeAfter } from './state.ts';
import type { AlarmStore, KeptAlarm } from './store.ts';
import { stateChange } from './transition.ts';
import { AlarmWatch, type Excluded } from './watch.ts';

export interface AlarmsOptions {
  readonly clock: Clock;
  readonly store: AlarmStore;
  readonly metrics: MetricStore;
  /** So long after the beginning of each minute alarms are evaluated; undefined: only when `evaluate` is called. */
  readonly phaseMs: number | undefined;
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

/** Every alarm of the engine. They follow its clock, and are kept with their states. */
export class Alarms {
  readonly #options: AlarmsOptions;
  readonly #alarms = new Map<string, RunningAlarm>();
  readonly #rules: CompositeRules;
  /** Of the template of an earlier engine, not put yet. */
  readonly #unclaimed = new Set<string>();
  readonly #closed = new AbortController();
  #isStarted = false;
  #added = Promise.withResolvers<void>();

  constructor(options: AlarmsOptions) {
    this.#options = options;
    const lookup = (name: string) => this.#alarms.get(name);
    this.#rules = new CompositeRules({ lookup, change: (name, next) => this.setState(name, next) });
    for (const kept of options.store.alarms()) {
      this.#hold(kept);
      if (kept.isOfTemplate) this.#unclaimed.add(kept.alarm.name);
      // An engine that ended before it looked at a rule leaves that to the next.
      if (kept.alarm.kind === 'composite' && isInitial(kept.state)) this.#rules.put(kept.alarm.name, 'created');
    }
  }

  /** From now on alarms are evaluated. Those that an earlier template had and this one has not are gone. */
  start(): void {
    for (const name of this.#unclaimed) this.#remove(name);
    this.#unclaimed.clear();
    this.#isStarted = true;
    const { clock, phaseMs, onError } = this.#options;
    if (phaseMs === undefined) return;
    this.#rules.lookAtPending();
    const { signal } = this.#closed;
    const following = minutely({ clock, phaseMs, signal, wanted: () => this.#wanted() }, () => this.evaluate());
    void following.catch((error: unknown) => {
      if (!signal.aborted) onError(error);
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
    return this.#rules.parentsOf(name).flatMap((parent) => this.#alarms.get(parent) ?? []);
  }

  /** A new alarm begins with insufficient data; one that is there goes on in its state, whatever it watches now. */
  put(alarm: Alarm, isOfTemplate = false): void {
    const before = this.#alarms.get(alarm.name);
    this.#assertPossible(alarm, before?.alarm);
    this.#unclaimed.delete(alarm.name);
    if (before !== undefined && isSame(before.alarm, alarm)) return;
    const state = before?.state ?? initialState(alarm.updatedMs);
    const kept = { alarm, isOfTemplate: isOfTemplate || before?.isOfTemplate === true, state };
    this.#hold(kept);
    this.#options.store.put(kept);
    this.#options.store.addHistory(configurationItem(alarm, state, before === undefined ? 'Create' : 'Update'));
    if (alarm.kind === 'metric') this.#added.resolve();
    else this.#rules.put(alarm.name, before === undefined ? 'created' : 'updated');
    if (this.#looksAtOnce) this.#rules.lookAtPending();
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

  /** Evaluates every metric alarm now, as it happens once a minute by itself, and composite alarms that nobody has looked at. */
  evaluate(): void {
    this.#options.store.atOnce(() => {
      this.#rules.lookAtPending();
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
    this.#added.resolve();
  }

  /** Resolves when there is a metric alarm. Without one, nothing waits for the clock. */
  async #wanted(): Promise<void> {
    while (![...this.#alarms.values()].some(({ watch }) => watch !== undefined) && !this.#closed.signal.aborted) {
      this.#added = Promise.withResolvers();
      await this.#added.promise;
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

  /** What is put is looked at then, unless alarms are evaluated on demand alone. */
  get #looksAtOnce(): boolean {
    return this.#isStarted && this.#options.phaseMs !== undefined;
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
    if (this.#isStarted) this.#rules.childChanged(transition);
  }

  #hold(kept: KeptAlarm): void {
    const { metrics: store, excluded } = this.#options;
    const { alarm } = kept;
    const watch = alarm.kind === 'metric' ? new AlarmWatch({ store, alarm, excluded }) : undefined;
    this.#alarms.set(alarm.name, { ...kept, watch });
    if (alarm.kind === 'composite') this.#rules.add(alarm.name);
  }

  #remove(name: string): void {
    const running = this.#alarms.get(name);
    if (running === undefined) return;
    this.#alarms.delete(name);
    this.#rules.remove(name);
    this.#options.store.remove(name);
    const alarm = { ...running.alarm, updatedMs: this.#options.clock.now() };
    this.#options.store.addHistory(configurationItem(alarm, running.state, 'Delete'));
  }

  #assertPossible(alarm: Alarm, before: Alarm | undefined): void {
    if (before !== undefined && before.kind !== alarm.kind) {
      throw validationError(`${alarm.name} is the name of an alarm of another kind`);
    }
    if (alarm.kind === 'composite') assertChildren(alarm, (name) => this.#alarms.get(name));
  }
}

/** Whether they differ in nothing but when they were put. */
function isSame(a: Alarm, b: Alarm): boolean {
  return JSON.stringify({ ...a, updatedMs: 0 }) === JSON.stringify({ ...b, updatedMs: 0 });
}
