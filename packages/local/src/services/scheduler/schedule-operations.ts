import type { AwsRequest } from '../../gateway/service.ts';
import { parseObject } from '../../lambda/request.ts';
import { describeSchedule, summaryOf } from './describe.ts';
import { conflict, invalid, notFound } from './failures.ts';
import { scheduleInputMembers } from './members.ts';
import { groupNameDefault } from './place.ts';
import { readSchedule } from './read-schedule.ts';
import { nameIn, pageOf } from './request.ts';
import { whyNotAssumed } from './role.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';
import type { Schedule } from './schedules.ts';
import type { SchedulerOperation, SchedulerParts } from './service.ts';

/** A schedule cannot be made to begin longer ago. */
const startAgeMsMax = 300_000;

export const scheduleOperations: Readonly<Record<string, SchedulerOperation>> = {
  CreateSchedule: (request, parts) => {
    const definition = definitionIn(request, parts);
    const { schedules } = parts;
    const { groupName, name, arn } = definition;
    const clientToken = clientTokenIn(request);
    const before = schedules.get(groupName, name);
    if (before !== undefined && (clientToken === undefined || before.clientToken !== clientToken))
      throw conflict(`Schedule ${name}`);
    if (before === undefined) schedules.put(definition, clientToken);
    return { ScheduleArn: arn };
  },
  GetSchedule: (request, parts) => describeSchedule(named(request, request.query.get('groupName'), parts)),
  UpdateSchedule: (request, parts) => {
    const { GroupName } = parseObject(request.body);
    named(request, typeof GroupName === 'string' ? GroupName : null, parts);
    return { ScheduleArn: parts.schedules.put(definitionIn(request, parts)).definition.arn };
  },
  DeleteSchedule: (request, parts) => {
    const { groupName, name } = named(request, request.query.get('groupName'), parts).definition;
    parts.schedules.remove(groupName, name);
    return {};
  },
  ListSchedules: (request, { schedules }) => {
    const group = request.query.get('ScheduleGroup');
    const state = request.query.get('State');
    if (group !== null && schedules.groups.get(group) === undefined) throw notFound(`Schedule group ${group}`);
    const found = schedules
      .list()
      .filter(({ definition }) => group === null || definition.groupName === group)
      .filter(({ definition }) => state === null || (state === 'ENABLED') === definition.isEnabled);
    const { items, NextToken } = pageOf(found, ({ definition }) => definition.name, request);
    return { Schedules: items.map(summaryOf), NextToken };
  },
};

/** The whole of a schedule: what the call leaves out is the default, also where it was something else before. */
function definitionIn(request: AwsRequest, { schedules, roles, region, account, clock }: SchedulerParts) {
  const input = { ...parseObject(request.body), Name: nameIn(request) };
  const read = readSchedule(input, scheduleInputMembers, { region, account });
  if (!read.ok) throw invalid(...read.mistakes);
  const { definition } = read;
  if (schedules.groups.get(definition.groupName) === undefined)
    throw notFound(`Schedule group ${definition.groupName}`);
  const reasons = [whyNotAssumed(definition, roles), whyTooLate(definition, clock.now())];
  const mistakes = reasons.filter((reason) => reason !== undefined);
  if (mistakes.length > 0) throw invalid(...mistakes);
  return definition;
}

function whyTooLate({ timing, startMs, expression }: ScheduleDefinition, nowMs: number): string | undefined {
  if (timing.kind !== 'at') {
    const isTooLate = startMs !== undefined && startMs < nowMs - startAgeMsMax;
    return isTooLate ? 'The StartDate you specify cannot be earlier than 5 minutes ago.' : undefined;
  }
  const isOver = timing.latest(nowMs - 1, nowMs) !== undefined;
  return isOver ? `Invalid Schedule Expression ${expression}: that time is over` : undefined;
}

function named(request: AwsRequest, groupName: string | null, { schedules }: SchedulerParts): Schedule {
  const schedule = schedules.get(groupName ?? groupNameDefault, nameIn(request));
  if (schedule === undefined) throw notFound(`Schedule ${nameIn(request)}`);
  return schedule;
}

function clientTokenIn(request: AwsRequest): string | undefined {
  const { ClientToken } = parseObject(request.body);
  return typeof ClientToken === 'string' ? ClientToken : undefined;
}
