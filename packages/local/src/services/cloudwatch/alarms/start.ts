import type { Clock } from '../../../clock.ts';
import type { Shutdown } from '../../../shutdown.ts';
import type { Rules } from '../../events/rules.ts';
import type { Services } from '../../services.ts';
import { cloudWatchService } from '../service.ts';
import { AlarmActions, type AlarmActionsOptions } from './actions.ts';
import { Alarms } from './alarms.ts';
import { AnomalyDetectors } from './anomaly-detectors.ts';
import { alarmOperations } from './operations.ts';
import { AlarmStore } from './store.ts';

export interface StartAlarmsOptions extends Omit<AlarmActionsOptions, 'place' | 'store'> {
  readonly services: Pick<Services, 'byName' | 'metrics'>;
  readonly rules: Rules;
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  /** Where they are kept; in memory without it. */
  readonly directory: string | undefined;
  readonly phaseMs: number | undefined;
  /** Whether they are evaluated by themselves; true without it. */
  readonly evaluate: boolean | undefined;
  readonly onError: (error: unknown) => void;
  readonly shutdown: Shutdown;
}

export interface StartedAlarms {
  readonly alarms: Alarms;
  readonly detectors: AnomalyDetectors;
}

/** AWS has a moment of its own for each alarm; half a minute lets what belongs to the minute before arrive. */
const phaseMsDefault = 30_000;

/** Alarms and CloudWatch's API, with those of an earlier engine; they are evaluated from `Alarms.start` on. */
export function startAlarms(options: StartAlarmsOptions): StartedAlarms {
  const { services, rules, clock, region, account, directory, onError, shutdown } = options;
  const phaseMs = options.evaluate === false ? undefined : (options.phaseMs ?? phaseMsDefault);
  const { byName, metrics } = services;
  const place = { region, account };
  const store = new AlarmStore(directory);
  shutdown.add(async () => store.close());
  const detectors = new AnomalyDetectors();
  const actions = new AlarmActions({ ...options, place, store });
  const alarms = new Alarms({
    ...{ clock, store, metrics, phaseMs, actions, onError },
    report: (event) => rules.put(event),
    excluded: (stat) => detectors.excluded(stat),
  });
  shutdown.add(async () => {
    alarms.close();
    await actions.settled();
  });
  const operations = alarmOperations({ ...place, alarms, store, clock });
  byName.set('monitoring', cloudWatchService({ store: metrics, clock, account, operations }));
  return { alarms, detectors };
}
