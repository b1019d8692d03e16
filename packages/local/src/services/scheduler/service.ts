import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { AwsRequest, AwsResponse, Service } from '../../gateway/service.ts';
import { failureResponse, ServiceFailure } from '../../wire/failure.ts';
import type { Roles } from '../iam/roles.ts';
import { groupOperations } from './group-operations.ts';
import type { SchedulePlace } from './place.ts';
import { scheduleOperations } from './schedule-operations.ts';
import type { Schedules } from './schedules.ts';

export interface SchedulerParts extends SchedulePlace {
  readonly schedules: Schedules;
  readonly roles: Roles;
  readonly clock: Clock;
}

/** Answers one operation; undefined members are left out. Throws ServiceFailure. */
export type SchedulerOperation = (request: AwsRequest, parts: SchedulerParts) => object;

const operations: Readonly<Record<string, SchedulerOperation>> = { ...scheduleOperations, ...groupOperations };

/** The API of EventBridge Scheduler. */
export function schedulerService(parts: SchedulerParts): Service {
  return {
    async handle(request) {
      const operation = Object.hasOwn(operations, request.operation) ? operations[request.operation] : undefined;
      if (operation === undefined) {
        const asked = request.operation || `${request.method} ${request.path}`;
        const message = `The local engine does not serve ${asked} of Scheduler; it serves ${Object.keys(operations).sort().join(', ')}`;
        return failureResponse(request, { code: 'UnknownOperationException', message, status: 501 });
      }
      try {
        return json(operation(request, parts));
      } catch (error) {
        if (error instanceof ServiceFailure) return failureResponse(request, error.failure);
        throw error;
      }
    },
  };
}

function json(body: object): AwsResponse {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() };
  return { status: 200, headers, body: JSON.stringify(body) };
}
