/** One route of the REST protocol of Scheduler: the method, the path, the operation. */
type Route = readonly [method: string, path: RegExp, operation: string];

const routes: readonly Route[] = [
  ['GET', /^\/schedules$/, 'ListSchedules'],
  ['POST', /^\/schedules\/[^/]+$/, 'CreateSchedule'],
  ['GET', /^\/schedules\/[^/]+$/, 'GetSchedule'],
  ['PUT', /^\/schedules\/[^/]+$/, 'UpdateSchedule'],
  ['DELETE', /^\/schedules\/[^/]+$/, 'DeleteSchedule'],
  ['GET', /^\/schedule-groups$/, 'ListScheduleGroups'],
  ['POST', /^\/schedule-groups\/[^/]+$/, 'CreateScheduleGroup'],
  ['GET', /^\/schedule-groups\/[^/]+$/, 'GetScheduleGroup'],
  ['DELETE', /^\/schedule-groups\/[^/]+$/, 'DeleteScheduleGroup'],
  ['GET', /^\/tags\/.+$/, 'ListTagsForResource'],
  ['POST', /^\/tags\/.+$/, 'TagResource'],
  ['DELETE', /^\/tags\/.+$/, 'UntagResource'],
];

/** The operation that a method and a path such as `/schedules/NAME` mean; empty when none known. */
export function schedulerOperation(method: string, path: string): string {
  const rest = path.replace(/\/$/, '');
  return routes.find(([verb, shape]) => verb === method && shape.test(rest))?.[2] ?? '';
}
