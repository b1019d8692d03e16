import type { Service } from '../../gateway/service.ts';
import { rpcService } from '../../wire/rpc.ts';

export interface StsOptions {
  readonly account: string;
  /** The role's name and that of the function or state machine which has it; undefined for every other client. */
  readonly callerOf: (accessKeyId: string) => { readonly roleName: string; readonly sessionName: string } | undefined;
}

/** Says who calls: a function or a state machine in its role, or the account's owner. */
export function stsService({ account, callerOf }: StsOptions): Service {
  return rpcService({
    name: 'STS',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: {
      GetCallerIdentity: (_input, request) => {
        const caller = callerOf(request.accessKeyId);
        if (caller === undefined) return { Arn: `arn:aws:iam::${account}:root`, UserId: account, Account: account };
        const session = `${caller.roleName}/${caller.sessionName}`;
        return {
          Arn: `arn:aws:sts::${account}:assumed-role/${session}`,
          UserId: `AROALOCAL:${caller.sessionName}`,
          Account: account,
        };
      },
    },
  });
}
