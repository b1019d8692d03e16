import { invalidArn } from './failures.ts';

export interface ArnPlace {
  readonly region: string;
  readonly account: string;
}

function arnOf({ region, account }: ArnPlace, kind: string, rest: string): string {
  return `arn:aws:states:${region}:${account}:${kind}:${rest}`;
}

export function stateMachineArn(place: ArnPlace, name: string): string {
  return arnOf(place, 'stateMachine', name);
}

/** An execution's, from that of its machine: of `stateMachine:Replay` it is `execution:Replay:NAME`. */
export function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** Of `stateMachine:Backfill` and the label `Slices` it is `mapRun:Backfill/Slices:UUID`. */
export function mapRunArn(machineArn: string, label: string, uuid: string): string {
  return `${machineArn.replace(':stateMachine:', ':mapRun:')}/${label}:${uuid}`;
}

export type ArnKind = 'stateMachine' | 'execution' | 'mapRun';

/** The ARN as it was given, where it is one of that kind. Throws InvalidArn otherwise. */
export function requireArn(given: unknown, kind: ArnKind): string {
  const [prefix, partition, service, region, account, found, name] = String(given).split(':');
  const isArn = prefix === 'arn' && partition?.startsWith('aws') && service === 'states' && region && account;
  if (!isArn) throw invalidArn(`Invalid ARN prefix: ${String(given)}`);
  if (found !== kind || !name) throw invalidArn(`Resource type not valid in this context: ${found ?? ''}`);
  return String(given);
}

/** The name of a state machine in an ARN of its own, of an execution or of a map run of it; undefined for any other. */
export function stateMachineNameIn(arn: string): string | undefined {
  const [, , service, , , kind = '', name] = arn.split(':');
  if (service !== 'states' || !['stateMachine', 'execution', 'mapRun'].includes(kind)) return undefined;
  return name?.split('/')[0];
}
