import { armingMs } from '../../../incidents/arming.ts';
import { isEnded } from '../../../incidents/incident.ts';
import type { DeployedAlarm } from '../../../incidents/settings.ts';
import { minuteMs } from '../moments.ts';
import type { World } from '../world.ts';
import type { Checked } from './checks.ts';

/** What a failure may cost until somebody has made good for it: a sweep, and a sender that is taken for dead. */
const faultMs = 8 * minuteMs;
/** From a transition until somebody is told of it, or its end: delivery, gathering, waiting for another sender, clocks. */
export const promptMs = 3 * minuteMs;
export const sweepMs = 5 * minuteMs;

/** How much longer it may take where calls failed, executions were stopped and events were lost. */
export function faultsMs({ faults }: World): number {
  return faults === 0 ? 0 : sweepMs + faults * faultMs;
}

/** That somebody is told of what is on. */
export class Promptness {
  readonly #checked: Checked;
  /** By alarm: since when somebody should be told. */
  readonly #needy = new Map<string, number>();

  constructor(checked: Checked) {
    this.#checked = checked;
  }

  passed(alarm: DeployedAlarm): void {
    const { world, known, sent, raisedMs, report } = this.#checked;
    const { nowMs } = world;
    if (!this.#isNeedy(alarm)) {
      this.#needy.delete(alarm.alarm);
      return;
    }
    const sinceMs = this.#needy.get(alarm.alarm) ?? nowMs;
    this.#needy.set(alarm.alarm, sinceMs);
    const standing = known.standing(alarm.alarm);
    const told =
      standing &&
      sent
        .of(standing.id)
        .findLast(({ telling, failure }) => telling.Raise === standing.item.Raise && failure === undefined);
    const fromMs = Math.max(sinceMs, (standing && raisedMs.get(standing.id)) ?? 0, told?.atMs ?? 0);
    const boundMs = promptMs + sweepMs + faultsMs(world) + (told === undefined ? 0 : this.#waitsMs(alarm));
    if (nowMs > fromMs + boundMs) {
      const since = new Date(fromMs).toISOString();
      report('toldInTime', `${alarm.alarm}: ${standing?.id} ${standing?.item.Status}, nobody since ${since}`);
    }
  }

  /** How long it may be silent after somebody was told. */
  #waitsMs(alarm: DeployedAlarm): number {
    const { world } = this.#checked;
    const waits = world.plans(alarm).flatMap(({ entries }) => entries.map((entry) => entry.acknowledgeWithinMs));
    return world.truth.deployment.settings.raiseAgainAfterMs + Math.max(...waits);
  }

  /** Whether somebody is to be told, by what is really so. */
  #isNeedy({ alarm }: DeployedAlarm): boolean {
    const { world, known } = this.#checked;
    const { nowMs, truth } = world;
    const { raiseAgainAfterMs } = truth.deployment.settings;
    if (truth.transition(alarm)?.state !== 'ALARM' || !truth.isDeployed(alarm)) return false;
    if (truth.isHeld || truth.isOut || nowMs < truth.configuredMs(alarm) + armingMs) return false;
    const item = known.last(alarm)?.item;
    if (item === undefined) return true;
    if (item.Status === 'resolved') return nowMs >= (item.EndedMs ?? 0) + raiseAgainAfterMs;
    if (isEnded(item) || item.Acknowledged === undefined) return true;
    return nowMs >= item.Acknowledged.AtMs + raiseAgainAfterMs;
  }
}
