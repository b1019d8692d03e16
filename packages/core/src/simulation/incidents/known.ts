import { isEnded } from '../../incidents/incident.ts';
import type { AlarmItem, IncidentItem } from '../../incidents/items.ts';
import type { Store } from './store.ts';

export interface KnownIncident {
  readonly id: string;
  readonly item: IncidentItem;
}

/** Incidents as the table has them. */
export class Known {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  incident(id: string): IncidentItem | undefined {
    return this.#store.read<IncidentItem>(`INCIDENT#${id}`);
  }

  incidentsOf(alarm: string): KnownIncident[] {
    return this.#store
      .scan<IncidentItem>('INCIDENT#')
      .filter(({ item }) => item.Alarm === alarm)
      .map(({ key, item }) => ({ id: key.slice('INCIDENT#'.length), item }));
  }

  /** The alarm's open incident, or its last one. */
  last(alarm: string): KnownIncident | undefined {
    const id = this.#store.read<AlarmItem>(`ALARM#${alarm}`)?.Incident;
    const item = id === undefined ? undefined : this.incident(id);
    return id === undefined || item === undefined ? undefined : { id, item };
  }

  standing(alarm: string): KnownIncident | undefined {
    const last = this.last(alarm);
    return last === undefined || isEnded(last.item) ? undefined : last;
  }
}
