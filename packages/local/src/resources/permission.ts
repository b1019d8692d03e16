import type { LambdaHost } from '../lambda/host.ts';
import type { Permissions } from '../lambda/permissions.ts';
import { nameOf } from '../lambda/request.ts';
import { alarmsPrincipal } from '../services/cloudwatch/alarms/actions.ts';
import { eventsPrincipal } from '../services/events/targets.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { only, used } from '../template/shape.ts';

/** `AWS::Lambda::Permission`: lets EventBridge or CloudWatch's alarms invoke a function, for one rule or alarm or for any. */
export function permissionType(permissions: Permissions, host: LambdaHost, account: string): ResourceType {
  return {
    members: {
      Action: only(['lambda:InvokeFunction'], 'nothing else is asked of a function by a service'),
      FunctionName: used,
      Principal: only([eventsPrincipal, alarmsPrincipal], 'no other service asks for permissions here'),
      SourceArn: used,
      SourceAccount: only([account], 'there is one account'),
    },
    async create({ logicalId, properties, generatedName }) {
      const functionName = nameOf(String(properties.FunctionName));
      if (!host.definitions.some((each) => each.functionName === functionName)) {
        throw new TemplateRefused([`${logicalId}.FunctionName: the template has no function ${functionName}`]);
      }
      const sourceArn = typeof properties.SourceArn === 'string' ? properties.SourceArn : undefined;
      permissions.add({ functionName, principal: String(properties.Principal), sourceArn });
      const physicalId = generatedName(100);
      return { physicalId, attributes: { Id: physicalId } };
    },
  };
}
