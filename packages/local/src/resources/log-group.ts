import type { LogStore } from '../services/logs/log-store.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { used, withoutEffect } from '../template/shape.ts';

/** `AWS::Logs::LogGroup`: a name under which the engine keeps what functions write. */
export function logGroupType(
  logs: LogStore,
  place: { readonly region: string; readonly account: string },
): ResourceType {
  return {
    members: {
      LogGroupName: used,
      RetentionInDays: withoutEffect('the newest lines are kept, in memory'),
      KmsKeyId: withoutEffect('nothing is encrypted on one machine'),
      LogGroupClass: withoutEffect('it is a matter of price'),
      Tags: withoutEffect('nothing reads them'),
    },
    async create({ properties, generatedName }) {
      const name = typeof properties.LogGroupName === 'string' ? properties.LogGroupName : generatedName(512);
      logs.open(name);
      return {
        physicalId: name,
        attributes: { Arn: `arn:aws:logs:${place.region}:${place.account}:log-group:${name}:*` },
      };
    },
  };
}
