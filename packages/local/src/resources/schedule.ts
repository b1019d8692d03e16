import type { Roles } from '../services/iam/roles.ts';
import { scheduleMembers } from '../services/scheduler/members.ts';
import type { SchedulePlace } from '../services/scheduler/place.ts';
import { readSchedule } from '../services/scheduler/read-schedule.ts';
import { whyNotAssumed } from '../services/scheduler/role.ts';
import type { Schedules } from '../services/scheduler/schedules.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';

export interface ScheduleTypeOptions extends SchedulePlace {
  readonly schedules: Schedules;
  readonly roles: Roles;
}

const nameCharactersMax = 64;

/** `AWS::Scheduler::Schedule`. Its start, and the time of one that runs once, may be over: the template stands for longer than that. */
export function scheduleType({ schedules, roles, region, account }: ScheduleTypeOptions): ResourceType {
  return {
    members: scheduleMembers,
    async create({ logicalId, properties, generatedName }) {
      const given = { ...properties, Name: properties.Name ?? generatedName(nameCharactersMax) };
      const read = readSchedule(given, scheduleMembers, { region, account });
      if (!read.ok) throw new TemplateRefused(read.mistakes.map((mistake) => `${logicalId}.${mistake}`));
      const { definition } = read;
      const { groupName, name, arn } = definition;
      const isOpen = schedules.groups.get(groupName) !== undefined;
      const mistakes = [
        isOpen
          ? undefined
          : `schedule group ${groupName} is not there yet: the template must have it, and the schedule depend on it`,
        schedules.get(groupName, name) && `schedule ${groupName}/${name} is there already`,
        whyNotAssumed(definition, roles),
      ].filter((mistake) => mistake !== undefined);
      if (mistakes.length > 0) throw new TemplateRefused(mistakes.map((mistake) => `${logicalId}: ${mistake}`));
      schedules.put(definition);
      return {
        physicalId: name,
        attributes: { Arn: arn },
        stop: async () => schedules.remove(groupName, name),
      };
    },
  };
}
