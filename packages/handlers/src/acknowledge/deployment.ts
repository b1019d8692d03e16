import type { IncidentsDeployment } from '@tidemark/core/incidents/settings';
import type { DescribeCall } from '@tidemark/core/incidents/steps';
import * as v from 'valibot';
import { readDeployment } from '../incidents/deployment.ts';

const describe: v.GenericSchema<unknown, DescribeCall> = v.strictObject({ op: v.literal('describe') });

/**
 * Whether somebody calls the function itself, and asks what is deployed. Only who may invoke it can: what comes by its address is always inside of an object
 * that Lambda makes, whatever is asked there.
 */
export function isDescribe(event: unknown): event is DescribeCall {
  return v.is(describe, event);
}

let known: IncidentsDeployment | undefined;

/** What the stage is deployed with, read when it is needed first. */
export function deployment(): IncidentsDeployment {
  known ??= readDeployment();
  return known;
}
