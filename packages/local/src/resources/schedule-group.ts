import type { Clock } from '../clock.ts';
import { groupMembers } from '../services/scheduler/members.ts';
import { isScheduleName } from '../services/scheduler/place.ts';
import type { Schedules } from '../services/scheduler/schedules.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';

const nameCharactersMax = 64;

/** `AWS::Scheduler::ScheduleGroup`. */
export function scheduleGroupType(schedules: Schedules, clock: Clock): ResourceType {
  return {
    members: groupMembers,
    async create({ logicalId, properties, generatedName }) {
      const name = properties.Name ?? generatedName(nameCharactersMax);
      if (!isScheduleName(name)) throw new TemplateRefused([`${logicalId}.Name: ${JSON.stringify(name)} is no name`]);
      if (schedules.groups.get(name) !== undefined)
        throw new TemplateRefused([`${logicalId}: schedule group ${name} is there already`]);
      const { arn, createdMs } = schedules.groups.add(name, clock.now());
      const created = new Date(createdMs).toISOString();
      return {
        physicalId: name,
        attributes: { Arn: arn, State: 'ACTIVE', CreationDate: created, LastModificationDate: created },
        stop: async () => schedules.removeGroup(name),
      };
    },
  };
}
