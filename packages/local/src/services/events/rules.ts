import type { Clock } from '../../clock.ts';
import type { RuleChaos } from './chaos.ts';
import type { DeadLetter } from './dead-letter.ts';
import { deliver, type Send } from './delivery.ts';
import { type BusEvent, busEvent, type NewEvent } from './event.ts';
import type { RuleDefinition } from './rule.ts';

export interface RulesOptions {
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly send: Send;
  /** Takes what a target did not. */
  readonly bury: (letter: DeadLetter) => Promise<void>;
  /** A fault of the engine itself in a delivery. */
  readonly onError: (error: unknown) => void;
}

interface RunningRule {
  readonly definition: RuleDefinition;
  /** Ends the schedule; undefined while the rule is disabled. */
  enabled: AbortController | undefined;
}

/** The default event bus: takes events, and hands them to the targets of the rules that match. Follows the engine's clock. */
export class Rules {
  /** For tests: see RuleDisturbance. */
  chaos: RuleChaos | undefined;
  readonly #options: RulesOptions;
  readonly #rules = new Map<string, RunningRule>();
  readonly #started = Promise.withResolvers<void>();
  readonly #closed = new AbortController();
  readonly #deliveries = new Set<Promise<void>>();

  constructor(options: RulesOptions) {
    this.#options = options;
  }

  /** From now on schedules count and events are handed on; those that came before it are handed on now. */
  start(): void {
    this.#started.resolve();
  }

  add(definition: RuleDefinition): void {
    this.#rules.set(definition.name, { definition, enabled: undefined });
    if (definition.isEnabled) this.enable(definition.name);
  }

  remove(name: string): void {
    this.disable(name);
    this.#rules.delete(name);
  }

  /** With their present state, in the order of their names. */
  list(): readonly RuleDefinition[] {
    const rules = [...this.#rules.values()].map(({ definition, enabled }) => ({
      ...definition,
      isEnabled: enabled !== undefined,
    }));
    return rules.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A rule that is enabled already goes on as it was; the schedule of any other begins anew. */
  enable(name: string): void {
    const rule = this.#rules.get(name);
    if (rule === undefined || rule.enabled !== undefined) return;
    rule.enabled = new AbortController();
    const signal = AbortSignal.any([rule.enabled.signal, this.#closed.signal]);
    void this.#follow(rule.definition, signal).catch((error: unknown) => {
      if (!signal.aborted) this.#options.onError(error);
    });
  }

  /** What is on its way to targets still arrives. */
  disable(name: string): void {
    const rule = this.#rules.get(name);
    rule?.enabled?.abort();
    if (rule !== undefined) rule.enabled = undefined;
  }

  /** Puts an event on the bus and gives it as targets get it. */
  put(given: NewEvent): BusEvent {
    const event = busEvent(given, this.#options);
    for (const { definition, enabled } of this.#rules.values()) {
      if (enabled !== undefined && definition.matches?.(event) === true) this.#handOn(definition, event);
    }
    return event;
  }

  /** Resolves when targets have taken, or will never take, what rules gave them so far. A function may still be at it. */
  async settled(): Promise<void> {
    while (this.#deliveries.size > 0) await Promise.all(this.#deliveries);
  }

  /** Drops what waits. */
  close(): void {
    this.#closed.abort();
    this.#started.resolve();
  }

  /** Where the clock passed several occurrences at once, there is one event, for the last of them. */
  async #follow(rule: RuleDefinition, signal: AbortSignal): Promise<void> {
    const { schedule } = rule;
    if (schedule === undefined) return;
    const { clock } = this.#options;
    await this.#started.promise;
    const startMs = clock.now();
    let afterMs = startMs;
    for (;;) {
      const dueMs = schedule.next(afterMs, startMs);
      if (dueMs === undefined) return;
      await clock.sleep(dueMs - clock.now(), signal);
      signal.throwIfAborted();
      afterMs = Math.max(dueMs, schedule.latest(clock.now(), startMs) ?? dueMs);
      const occurrence = { source: 'aws.events', detailType: 'Scheduled Event', timeMs: afterMs };
      this.#handOn(rule, busEvent({ ...occurrence, resources: [rule.arn], detail: {} }, this.#options));
    }
  }

  #handOn(rule: RuleDefinition, event: BusEvent): void {
    const { clock, send, bury, onError } = this.#options;
    const signal = this.#closed.signal;
    for (const target of rule.targets) {
      const delivery = this.#started.promise
        .then(() => signal.throwIfAborted())
        .then(() => deliver(rule, target, event, { clock, chaos: this.chaos, send, bury, signal }))
        .catch((error: unknown) => {
          if (!signal.aborted) onError(error);
        })
        .finally(() => this.#deliveries.delete(delivery));
      this.#deliveries.add(delivery);
    }
  }
}
