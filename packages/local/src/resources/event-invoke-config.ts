import type { AsynchronousInvocations } from '../lambda/asynchronous.ts';
import { readEventInvokeConfig } from '../lambda/event-invoke-config.ts';
import type { LambdaHost } from '../lambda/host.ts';
import { nameOf } from '../lambda/request.ts';
import { evaluate } from '../services/iam/evaluate.ts';
import type { Roles } from '../services/iam/roles.ts';
import { contextOfAll } from '../services/iam/statement.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { object, only, used } from '../template/shape.ts';

export interface EventInvokeConfigTypeOptions {
  readonly asynchronous: AsynchronousInvocations;
  readonly host: LambdaHost;
  readonly roles: Roles;
  readonly account: string;
}

/** What a function's role must allow, so that Lambda can send to the destination in its name. */
const sending: Readonly<Record<string, string>> = { s3: 's3:PutObject', sqs: 'sqs:SendMessage', sns: 'sns:Publish' };

/** `AWS::Lambda::EventInvokeConfig`: retries, event age and destinations of invocations that nobody waits for. */
export function eventInvokeConfigType(options: EventInvokeConfigTypeOptions): ResourceType {
  const { asynchronous, host, roles, account } = options;
  return {
    members: {
      FunctionName: used,
      Qualifier: only(['$LATEST'], 'functions have no versions and aliases'),
      MaximumRetryAttempts: used,
      MaximumEventAgeInSeconds: used,
      DestinationConfig: object({
        OnFailure: object({ Destination: used }),
        OnSuccess: object({ Destination: used }),
      }),
    },
    async create({ logicalId, properties, generatedName }) {
      const functionName = nameOf(String(properties.FunctionName));
      const role = host.definitions.find((each) => each.functionName === functionName)?.role;
      if (role === undefined) {
        throw new TemplateRefused([`${logicalId}.FunctionName: the template has no function ${functionName}`]);
      }
      const result = readEventInvokeConfig(properties);
      if (!result.ok) throw new TemplateRefused(result.mistakes.map((mistake) => `${logicalId}: ${mistake}`));
      const { config } = result;
      const statements = roles.find(role)?.statements ?? [];
      const context = contextOfAll(account);
      const refused = [config.onFailure, config.onSuccess]
        .flatMap((arn) => (arn === undefined ? [] : [accessTo(arn)]))
        .filter(({ action, resource }) => evaluate(statements, { action, resource, context }) !== 'allowed')
        .map(
          ({ action, resource }) => `${logicalId}: the function's role ${role} does not allow ${action} on ${resource}`,
        );
      if (refused.length > 0) throw new TemplateRefused(refused);
      asynchronous.configure(functionName, config);
      return { physicalId: generatedName(100), attributes: {} };
    },
  };
}

/** Lambda chooses the keys of objects; the first part of them is always the same. */
function accessTo(arn: string): { readonly action: string; readonly resource: string } {
  const service = arn.split(':')[2] ?? '';
  return { action: sending[service] ?? '', resource: service === 's3' ? `${arn}/aws/lambda/async/` : arn };
}
