import { groupNameDefault, type SchedulePlace, scheduleGroupArn } from './place.ts';

export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  /** Engine time. */
  readonly createdMs: number;
  /** Of the call that made it: the same call again makes no second one. */
  readonly clientToken: string | undefined;
}

/** The groups that schedules are in. */
export class ScheduleGroups {
  readonly #place: SchedulePlace;
  readonly #groups = new Map<string, ScheduleGroup>();

  constructor(place: SchedulePlace, nowMs: number) {
    this.#place = place;
    this.add(groupNameDefault, nowMs);
  }

  /** The name must be free. */
  add(name: string, createdMs: number, clientToken?: string): ScheduleGroup {
    const group = { name, arn: scheduleGroupArn(this.#place, name), createdMs, clientToken };
    this.#groups.set(name, group);
    return group;
  }

  get(name: string): ScheduleGroup | undefined {
    return this.#groups.get(name);
  }

  /** Its schedules must be gone. */
  remove(name: string): void {
    this.#groups.delete(name);
  }

  /** By name. */
  list(): readonly ScheduleGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
