import type { AlarmState } from './alarm.ts';
import { childrenOf } from './alarm-rule.ts';
import { type AlarmLookup, evaluateComposite } from './composite.ts';
import type { Transition } from './transition.ts';

export interface CompositeRulesOptions {
  /** Any alarm, as it is now. */
  readonly lookup: AlarmLookup;
  /** The rule of this alarm puts it into another state. */
  readonly change: (name: string, next: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>) => void;
}

/** The rules of composite alarms: which alarms watch which, and what comes of it. */
export class CompositeRules {
  readonly #options: CompositeRulesOptions;
  readonly #names = new Set<string>();
  /** Those that are put and not looked at yet, and why they are to be. */
  readonly #pending = new Map<string, 'created' | 'updated'>();

  constructor(options: CompositeRulesOptions) {
    this.#options = options;
  }

  add(name: string): void {
    this.#names.add(name);
  }

  remove(name: string): void {
    this.#names.delete(name);
    this.#pending.delete(name);
  }

  /** The names of those whose rules name it. */
  parentsOf(name: string): readonly string[] {
    return [...this.#names].filter((each) => {
      const alarm = this.#options.lookup(each)?.alarm;
      return alarm?.kind === 'composite' && childrenOf(alarm.rule).includes(name);
    });
  }

  /** To be looked at with `lookAtPending`. */
  put(name: string, how: 'created' | 'updated'): void {
    this.#pending.set(name, how);
  }

  lookAtPending(): void {
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const [name, how] of pending) this.#lookAt(name, how);
  }

  childChanged(transition: Transition): void {
    for (const parent of this.parentsOf(transition.alarm.name)) this.#lookAt(parent, transition);
  }

  #lookAt(name: string, cause: 'created' | 'updated' | Transition): void {
    const { lookup, change } = this.#options;
    const found = lookup(name);
    if (found?.alarm.kind !== 'composite') return;
    const next = evaluateComposite(found.alarm, cause, lookup);
    if (next !== undefined && next.value !== found.state.value) change(name, next);
  }
}
