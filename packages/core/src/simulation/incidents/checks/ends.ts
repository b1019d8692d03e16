import { isOver } from '../../../incidents/incident.ts';
import { executionName } from '../../../incidents/incident-id.ts';
import type { IncidentItem } from '../../../incidents/items.ts';
import type { DeployedAlarm } from '../../../incidents/settings.ts';
import { minuteMs } from '../moments.ts';
import type { Checked } from './checks.ts';
import { faultsMs, promptMs, sweepMs } from './promptness.ts';

/** That incidents end, and that everybody who was told hears of it. */
export class Ends {
  readonly #checked: Checked;

  constructor(checked: Checked) {
    this.#checked = checked;
  }

  passed({ alarm }: DeployedAlarm): void {
    const { world, known, report } = this.#checked;
    const { nowMs, truth } = world;
    if (truth.isOut) return;
    const transition = truth.transition(alarm);
    const { joinWithinMs } = truth.deployment.settings;
    const offMs = transition?.state === 'OK' ? transition.atMs + joinWithinMs : Number.POSITIVE_INFINITY;
    const removedMs = truth.removedMs(alarm) ?? Number.POSITIVE_INFINITY;
    for (const { id, item } of known.incidentsOf(alarm)) {
      if (isOver(item)) continue;
      // Nothing tells an execution that an alarm was removed but the sweep.
      const fromMs = Math.min(offMs, removedMs + sweepMs, item.EndedMs ?? Number.POSITIVE_INFINITY);
      if (nowMs > fromMs + promptMs + faultsMs(world)) report('endsInTime', `${id} is ${item.Status}`);
    }
  }

  final(): void {
    const { world, known, report } = this.#checked;
    const { store, scenario } = world;
    const running = this.#running();
    if (running.length > 0) report('over', `still running: ${running.join(', ')}`);
    const waiting = store.scan('OUTBOX#');
    if (waiting.length > 0) report('over', `still in the outbox: ${waiting.map(({ key }) => key).join(', ')}`);
    for (const { id, item } of scenario.alarms.flatMap(({ alarm }) => known.incidentsOf(alarm))) {
      if (!isOver(item)) report('over', `${id} is ${item.Status}`);
      this.#checkHeard(id, item);
    }
  }

  /** But for those of which it is known that they may wait for nothing: whose wake-up was lost when an incident was ended of which nobody had heard. */
  #running(): string[] {
    const { world, known } = this.#checked;
    const incidents = world.scenario.alarms.flatMap(({ alarm }) => known.incidentsOf(alarm));
    const excused = incidents.flatMap(({ id, item: { Status, Told, Executions } }) =>
      world.faults > 0 && Status === 'resolved' && Told.length === 0 ? [executionName(id, Executions)] : [],
    );
    return [...world.executions].flatMap(([name, execution]) =>
      execution === 'running' && !excused.includes(name) ? [name] : [],
    );
  }

  #checkHeard(id: string, { EndedMs = 0, ToldEnd = [] }: IncidentItem): void {
    const { world, sent, report } = this.#checked;
    const all = sent.of(id).filter(({ failure }) => failure === undefined);
    const begins = all.filter(({ telling }) => telling.Kind !== 'end');
    for (const contact of new Set(begins.map((each) => each.contact))) {
      const ends = all.filter((each) => each.contact === contact && each.telling.Kind === 'end');
      const isOut = world.scenario.outages.some(
        (outage) =>
          outage.contact === contact && outage.fromMs < EndedMs + 30 * minuteMs && outage.toMs > EndedMs + 3 * minuteMs,
      );
      if (ends.length === 0 && !isOut) {
        report('endHeard', `${contact} has not heard of the end of ${id}, ${ToldEnd.join(', ')} have`);
      }
      if (ends.length > 1 + world.faults) {
        report('endHeard', `${contact} has heard ${ends.length} times of the end of ${id}`);
      }
    }
  }
}
