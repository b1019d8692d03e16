import { engineControl } from '../control.ts';
import type { WireRequest } from '../gateway/attribute.ts';
import { dateAnswers } from '../gateway/date.ts';
import { type Control, type Gateway, startGateway } from '../gateway/gateway.ts';
import type { Interceptor } from '../gateway/intercept.ts';
import type { AwsResponse } from '../gateway/service.ts';
import { enforceRoles } from '../services/iam/enforce.ts';
import { snsLinks } from '../services/sns/links.ts';
import { type Reader, wakeReaders } from '../sources/wake.ts';
import type { Foundation } from './foundation.ts';
import type { PartsOptions } from './parts-options.ts';

export interface FrontOptions {
  /** Of the engine. */
  readonly id: string;
  readonly isReady: () => boolean;
  /** Woken by writes to what they read; more may come. */
  readonly readers: readonly Reader[];
}

/** Opens the port, with everything that a call passes on its way to a service. */
export async function openFront(
  parts: PartsOptions,
  foundation: Foundation,
  { id, isReady, readers }: FrontOptions,
): Promise<Gateway> {
  const { options, stack, region, account, shutdown } = parts;
  const { clock, meter, services, host, stepFunctions, faults, inbox, signer, functionUrls, onError } = foundation;
  const identity = { id, stackName: stack.stackName, region, account, isReady };
  const web = [(request: WireRequest) => functionUrls.handle(request), snsLinks(services.byName)];
  const gateway = await startGateway({
    port: options.port ?? 0,
    orAnyPort: options.orAnyPort ?? false,
    services: services.byName,
    interceptors: [
      ...[dateAnswers(clock), meter.interceptor, services.tableMetrics.interceptor, faults.interceptor],
      ...enforcement(parts, foundation),
      wakeReaders(readers, { region, account }),
    ],
    control: engineControl({ ...identity, clock, meter, inbox, signer }),
    web: (request) => firstAnswer(web, request),
    functionOf: (accessKeyId) => host.functionOf(accessKeyId),
    principalOf: (accessKeyId) => stepFunctions.principalOf(accessKeyId),
    onError,
  });
  foundation.address.endpoint = gateway.endpoint;
  shutdown.add(() => gateway.close());
  return gateway;
}

/** Of the first that has one. */
async function firstAnswer(web: readonly Control[], request: WireRequest): Promise<AwsResponse | undefined> {
  for (const answer of web) {
    const found = await answer(request);
    if (found !== undefined) return found;
  }
  return undefined;
}

function enforcement(
  { options, region, account }: PartsOptions,
  { services, host, stepFunctions }: Foundation,
): readonly Interceptor[] {
  if (options.enforceRoles === false) return [];
  const place = {
    ...{ region, account, partitionKeyOf: (table: string) => services.partitionKeys.get(table) },
    machineOfToken: (taskToken: string) => stepFunctions.machineOfToken(taskToken),
  };
  const roleOf = (functionName: string) => host.definitions.find((each) => each.functionName === functionName)?.role;
  return [enforceRoles({ roles: services.roles, place, roleOf })];
}
