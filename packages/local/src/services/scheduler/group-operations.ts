import type { AwsRequest } from '../../gateway/service.ts';
import { parseObject } from '../../lambda/request.ts';
import { object, refusals } from '../../template/shape.ts';
import { describeGroup } from './describe.ts';
import { conflict, invalid, notFound } from './failures.ts';
import type { ScheduleGroup } from './groups.ts';
import { groupInputMembers } from './members.ts';
import { groupNameDefault, isScheduleName } from './place.ts';
import { nameIn, pageOf } from './request.ts';
import type { SchedulerOperation, SchedulerParts } from './service.ts';

export const groupOperations: Readonly<Record<string, SchedulerOperation>> = {
  CreateScheduleGroup: (request, { schedules, clock }) => {
    const name = nameIn(request);
    const input = parseObject(request.body);
    const mistakes = refusals(object(groupInputMembers), input, '').map((reason) => reason.replace(/^\./, ''));
    if (!isScheduleName(name))
      mistakes.push(`Name: ${name} is not 1 to 64 letters, digits, dots, dashes and underscores`);
    if (mistakes.length > 0) throw invalid(...mistakes);
    const { ClientToken } = input;
    const clientToken = typeof ClientToken === 'string' ? ClientToken : undefined;
    const before = schedules.groups.get(name);
    if (before !== undefined && (clientToken === undefined || before.clientToken !== clientToken))
      throw conflict(`Schedule group ${name}`);
    return { ScheduleGroupArn: (before ?? schedules.groups.add(name, clock.now(), clientToken)).arn };
  },
  GetScheduleGroup: (request, parts) => describeGroup(named(request, parts)),
  DeleteScheduleGroup: (request, parts) => {
    const { name } = named(request, parts);
    if (name === groupNameDefault) throw invalid('Name: the default schedule group cannot be deleted');
    parts.schedules.removeGroup(name);
    return {};
  },
  ListScheduleGroups: (request, { schedules }) => {
    const { items, NextToken } = pageOf(schedules.groups.list(), ({ name }) => name, request);
    return { ScheduleGroups: items.map(describeGroup), NextToken };
  },
};

function named(request: AwsRequest, { schedules }: SchedulerParts): ScheduleGroup {
  const group = schedules.groups.get(nameIn(request));
  if (group === undefined) throw notFound(`Schedule group ${nameIn(request)}`);
  return group;
}
