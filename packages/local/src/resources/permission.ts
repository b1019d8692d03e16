import type { LambdaHost } from '../lambda/host.ts';
import type { Permissions } from '../lambda/permissions.ts';
import { nameOf } from '../lambda/request.ts';
import { alarmsPrincipal } from '../services/cloudwatch/alarms/actions.ts';
import { eventsPrincipal } from '../services/events/targets.ts';
import { snsPrincipal } from '../services/sns/send.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { only, used } from '../template/shape.ts';

const everyone = '*';

/**
 * `AWS::Lambda::Permission`: lets EventBridge, SNS or CloudWatch's alarms invoke a function, for one rule, topic or alarm or for any;
 * or everyone call its URL.
 */
export function permissionType(permissions: Permissions, host: LambdaHost, account: string): ResourceType {
  const principals = [eventsPrincipal, alarmsPrincipal, snsPrincipal, everyone];
  return {
    members: {
      Action: only(['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'], 'nothing else is asked of a function'),
      FunctionName: used,
      FunctionUrlAuthType: only(['NONE'], 'signatures are not checked on this machine'),
      InvokedViaFunctionUrl: only([true, false, 'true', 'false'], 'it is so or not'),
      Principal: only(principals, 'no other service asks for permissions here'),
      SourceArn: used,
      SourceAccount: only([account], 'there is one account'),
    },
    async create({ logicalId, properties, generatedName }) {
      const functionName = nameOf(String(properties.FunctionName));
      const { Action, Principal, InvokedViaFunctionUrl } = properties;
      const isOfUrl = Action === 'lambda:InvokeFunctionUrl' || String(InvokedViaFunctionUrl) === 'true';
      const mistakes = [
        ...(host.definitions.some((each) => each.functionName === functionName)
          ? []
          : [`FunctionName: the template has no function ${functionName}`]),
        ...(isOfUrl === (Principal === everyone)
          ? []
          : [
              `Principal: ${String(Principal)} is not supported here: ${everyone} is for function URLs alone, and they for it`,
            ]),
      ];
      if (mistakes.length > 0) throw new TemplateRefused(mistakes.map((each) => `${logicalId}.${each}`));
      const sourceArn = typeof properties.SourceArn === 'string' ? properties.SourceArn : undefined;
      if (!isOfUrl) permissions.add({ functionName, principal: String(Principal), sourceArn });
      else permissions.addUrl(functionName, Action === 'lambda:InvokeFunction' ? Action : 'lambda:InvokeFunctionUrl');
      const physicalId = generatedName(100);
      return { physicalId, attributes: { Id: physicalId } };
    },
  };
}
