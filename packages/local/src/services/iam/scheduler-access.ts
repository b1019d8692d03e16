import type { AwsRequest } from '../../gateway/service.ts';
import type { Access } from './evaluate.ts';
import { inputOf, type Place } from './place.ts';

/** Schedules and groups are asked about by their ARNs, lists by none. Who makes a schedule passes a role on to it. */
export function schedulerAccess(request: AwsRequest, place: Place): readonly Access[] {
  const { GroupName, Target } = inputOf(request);
  const resource = resourceArn(request, String(GroupName ?? request.query.get('groupName') ?? 'default'), place);
  const call = { action: `scheduler:${request.operation}`, resource, context: {} };
  const { RoleArn } = (Target ?? {}) as { readonly RoleArn?: unknown };
  if (RoleArn === undefined) return [call];
  const context = { 'iam:PassedToService': ['scheduler.amazonaws.com'] };
  return [call, { action: 'iam:PassRole', resource: String(RoleArn), context }];
}

function resourceArn({ path }: AwsRequest, groupName: string, { region, account }: Place): string {
  const [, kind = '', encoded = ''] = path.split('/');
  if (encoded === '') return '*';
  const name = decodeURIComponent(encoded);
  const prefix = `arn:aws:scheduler:${region}:${account}`;
  return kind === 'schedules' ? `${prefix}:schedule/${groupName}/${name}` : `${prefix}:schedule-group/${name}`;
}
