import type { LambdaHost } from '../../lambda/host.ts';
import { evaluate } from '../iam/evaluate.ts';
import type { Roles } from '../iam/roles.ts';
import { contextOfAll } from '../iam/statement.ts';
import { destinationAccess, type NeededAccess, streamAccess } from '../iam/stream-access.ts';
import type { KinesisServer } from '../kinesis/server.ts';
import type { PipeDefinition, PipeTarget } from './definition.ts';

export interface PipeAccessOptions {
  readonly account: string;
  readonly roles: Roles;
  readonly kinesis: Pick<KinesisServer, 'invoke'>;
  readonly host: Pick<LambdaHost, 'definitions'>;
}

/** Why a pipe cannot run, as its state's reason says; undefined where it can. */
export async function whyNotRunnable(
  { roleArn, source, target, settings }: PipeDefinition,
  { account, roles, kinesis, host }: PipeAccessOptions,
): Promise<string | undefined> {
  const role = roles.find(roleArn);
  if (role === undefined) return invalid(`The role ${roleArn} does not exist`);
  if (!role.services.includes('pipes.amazonaws.com')) {
    return invalid(`The role ${roleArn} cannot be assumed by pipes.amazonaws.com`);
  }
  const lacks = (needed: readonly NeededAccess[]) => {
    const context = contextOfAll(account);
    const refused = needed.filter((each) => evaluate(role.statements, { ...each, context }) !== 'allowed');
    if (refused.length === 0) return undefined;
    return `${roleArn} does not allow ${refused.map(({ action, resource }) => `${action} on ${resource}`).join(', ')}`;
  };
  const reading = lacks(streamAccess(source));
  if (reading !== undefined) {
    const message = `Cannot access stream ${source}. Please ensure the customer role can perform actions on source stream`;
    return invalid(`${message} (${reading})`);
  }
  const found = await kinesis.invoke('DescribeStreamSummary', { StreamARN: source }).then(
    () => true,
    () => false,
  );
  if (!found) return invalid(`Stream ${source} does not exist`);
  const calling = lacks([targetAccess(target)]);
  if (calling !== undefined) {
    return invalid(`The provided customer role does not have permissions to call the target (${calling})`);
  }
  if (target.kind === 'lambda' && !host.definitions.some(({ functionArn }) => functionArn === target.arn)) {
    return invalid(`Function ${target.arn} does not exist`);
  }
  const discarding = lacks(destinationAccess(settings.OnFailureDestination));
  return (
    discarding && invalid(`The provided customer role does not have permissions to write dead letters (${discarding})`)
  );
}

function targetAccess({ kind, arn }: PipeTarget): NeededAccess {
  return { action: kind === 'lambda' ? 'lambda:InvokeFunction' : 'states:StartExecution', resource: arn };
}

function invalid(reason: string): string {
  return `Input parameter is invalid from the request due to : ${reason}`;
}
