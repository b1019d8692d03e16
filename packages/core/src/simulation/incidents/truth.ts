import { armingMs } from '../../incidents/arming.ts';
import { runHoldMsMax, runSettleMs } from '../../incidents/hold.ts';
import type { IncidentItem } from '../../incidents/items.ts';
import type { Deployment } from './deployments.ts';
import { minuteMs, sameMomentMs } from './moments.ts';
import type { IncidentScenario } from './scenario.ts';
import type { TrueTransition } from './transitions.ts';

/** What is really so at a moment, whatever items say: worked out without the code that decides. */
export class Truth {
  readonly #scenario: IncidentScenario;
  readonly #now: { readonly nowMs: number };

  constructor(scenario: IncidentScenario, now: { readonly nowMs: number }) {
    this.#scenario = scenario;
    this.#now = now;
  }

  /** What is deployed. */
  get deployment(): Deployment {
    const { deployments } = this.#scenario;
    const found = deployments.findLast(({ atMs }) => atMs <= this.#now.nowMs);
    if (found === undefined) throw new Error('nothing is deployed');
    return found;
  }

  /** The alarm's last transition; undefined where it has had none. */
  transition(alarm: string): TrueTransition | undefined {
    return this.#scenario.transitions.get(alarm)?.findLast(({ atMs }) => atMs <= this.#now.nowMs);
  }

  isDeployed(alarm: string): boolean {
    return !this.#deployments().some(({ removed }) => removed.includes(alarm));
  }

  /** When it was taken away; undefined while it is there. */
  removedMs(alarm: string): number | undefined {
    return this.#deployments().find(({ removed }) => removed.includes(alarm))?.atMs;
  }

  /** When the alarm was made or changed last, up to `byMs`. */
  configuredMs(alarm: string, byMs: number = this.#now.nowMs): number {
    const { deployments } = this.#scenario;
    return deployments.findLast(({ atMs, changed }) => atMs <= byMs && changed.includes(alarm))?.atMs ?? 0;
  }

  /** Whether a silence, a maintenance window or a run holds all alarms back. */
  get isHeld(): boolean {
    const { nowMs } = this.#now;
    const isIn = (fromMs: number, toMs: number) => fromMs <= nowMs && nowMs < toMs;
    const { silences, runs } = this.#scenario;
    return (
      silences.some(({ item, endedMs }) => isIn(item.FromMs, Math.min(item.ToMs, endedMs))) ||
      this.deployment.windows.some(({ fromMs, toMs }) => isIn(fromMs, toMs)) ||
      runs.some(
        ({ fromMs, toMs }) => isIn(fromMs, Math.min(toMs, fromMs + runHoldMsMax)) || isIn(toMs, toMs + runSettleMs),
      )
    );
  }

  /** Whether an incident is that of an alarm which was deployed just then, and has not turned off since. */
  isUnarmed({ Alarm, OpenedMs }: IncidentItem): boolean {
    const { nowMs } = this.#now;
    const { skewMs } = this.#scenario;
    const openedMs = OpenedMs - skewMs;
    const transitions = this.#scenario.transitions.get(Alarm);
    const transition = transitions?.find(({ atMs }) => Math.abs(atMs - openedMs) < sameMomentMs);
    if (transition === undefined) return false;
    const configuredMs = this.configuredMs(Alarm, transition.atMs);
    // Until when is worked out from what CloudWatch says.
    if (nowMs >= configuredMs + skewMs + armingMs) return false;
    return transition.previous === 'INSUFFICIENT_DATA' || transition.previousMs < configuredMs;
  }

  /** Whether a contact cannot be told, or could not until just now. */
  get isOut(): boolean {
    const { nowMs } = this.#now;
    return this.#scenario.outages.some(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs + 2 * minuteMs);
  }

  #deployments(): readonly Deployment[] {
    return this.#scenario.deployments.filter(({ atMs }) => atMs <= this.#now.nowMs);
  }
}
