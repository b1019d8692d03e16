import type { LambdaHost } from '../lambda/host.ts';
import { nameOf } from '../lambda/request.ts';
import type { FunctionUrls } from '../lambda/url/function-urls.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { only, used } from '../template/shape.ts';

/** `AWS::Lambda::Url` of a function, open to everyone. */
export function functionUrlType(urls: FunctionUrls, host: LambdaHost): ResourceType {
  return {
    members: {
      TargetFunctionArn: used,
      AuthType: only(['NONE'], 'signatures are not checked on this machine'),
      InvokeMode: only(['BUFFERED'], 'answers are not streamed'),
    },
    async create({ logicalId, properties }) {
      const functionName = nameOf(String(properties.TargetFunctionArn));
      if (!host.definitions.some((each) => each.functionName === functionName)) {
        throw new TemplateRefused([`${logicalId}.TargetFunctionArn: the template has no function ${functionName}`]);
      }
      const { functionArn, urlId, url } = urls.add(functionName);
      return {
        physicalId: functionArn,
        attributes: { FunctionArn: functionArn, FunctionUrl: url },
        stop: async () => urls.remove(urlId),
      };
    },
  };
}
