import { EngineClock } from '../clock.ts';
import { Faults } from '../faults/faults.ts';
import type { Caller } from '../gateway/intercept.ts';
import { LambdaHost } from '../lambda/host.ts';
import { LambdaMetrics } from '../lambda/lambda-metrics.ts';
import { Permissions } from '../lambda/permissions.ts';
import { FunctionUrls } from '../lambda/url/function-urls.ts';
import { Meter } from '../meter/meter.ts';
import { QueuePolicies } from '../services/messaging/queue-policies.ts';
import { type Services, startServices } from '../services/services.ts';
import { Inbox } from '../services/sns/inbox.ts';
import { Signer } from '../services/sns/signature.ts';
import { TopicPolicies } from '../services/sns/topic-policies.ts';
import { type StepFunctions, startStepFunctions } from '../services/states/start.ts';
import { StatusChanges } from '../services/states/status-change.ts';
import type { Dispatch } from '../sources/destination.ts';
import { EventSourceMappings } from '../sources/mappings.ts';
import type { PartsOptions } from './parts-options.ts';

/** What stands before the port is open: servers, functions and state machines, and what all share. */
export interface Foundation {
  readonly clock: EngineClock;
  readonly onError: (error: unknown) => void;
  /** The engine's endpoint, known when the port is open. */
  readonly address: { endpoint: string };
  readonly meter: Meter;
  readonly services: Services;
  readonly host: LambdaHost;
  readonly lambdaMetrics: LambdaMetrics;
  readonly mappings: EventSourceMappings;
  readonly statusChanges: StatusChanges;
  readonly stepFunctions: StepFunctions;
  readonly faults: Faults;
  readonly inbox: Inbox;
  readonly signer: Signer;
  /** Reaches the services from inside the engine, past the gateway: neither metered nor struck by faults. */
  readonly dispatch: Dispatch;
  readonly permissions: Permissions;
  readonly queuePolicies: QueuePolicies;
  readonly topicPolicies: TopicPolicies;
  readonly functionUrls: FunctionUrls;
}

export async function layFoundation(parts: PartsOptions): Promise<Foundation> {
  const { options, stack, region, account, directory, shutdown } = parts;
  const { clock = new EngineClock(), onError = () => {}, java = 'java', enforceShardLimits = false } = options;
  const meter = new Meter();
  const started = { stack, region, account, clock, directory, meter, shutdown };
  const services = await startServices({ ...started, java, enforceShardLimits });
  const address = { endpoint: '' };
  const endpoint = () => address.endpoint;
  const lambdaMetrics = new LambdaMetrics(services.metrics, clock);
  const host = lambdaHost(parts, { clock, meter, lambdaMetrics, services, endpoint });
  const statusChanges = new StatusChanges();
  const stepFunctions = startStepFunctions({
    ...{ region, clock, meter, metrics: services.metrics, directory, shutdown, onError, endpoint },
    changes: statusChanges,
  });
  services.byName.set('states', stepFunctions.service);
  const inbox = new Inbox(directory?.folder('sns'));
  shutdown.add(async () => inbox.close());
  const permissions = new Permissions();
  return {
    ...{ clock, onError, address, meter, services, host, lambdaMetrics, statusChanges, stepFunctions, inbox },
    ...{ mappings: new EventSourceMappings(), signer: new Signer(), permissions },
    ...{ queuePolicies: new QueuePolicies(), topicPolicies: new TopicPolicies(), dispatch: dispatchTo(services) },
    faults: new Faults({ kill: (caller) => kill(caller, { host, stepFunctions }) }),
    functionUrls: new FunctionUrls({ host, permissions, clock, endpoint }),
  };
}

interface HostParts extends Pick<Foundation, 'clock' | 'meter' | 'lambdaMetrics' | 'services'> {
  readonly endpoint: () => string;
}

function lambdaHost(
  { options: { onLog, freshInstances }, region }: PartsOptions,
  { clock, meter, lambdaMetrics, services, endpoint }: HostParts,
): LambdaHost {
  return new LambdaHost({
    clock,
    region,
    endpoint,
    log: (line) => {
      services.logs.add(line);
      onLog?.(line);
    },
    meter: ({ functionName, billedMs, memoryMb, outcome }) =>
      meter.invoked({ functionName, billedMs, memoryMb, ok: outcome === 'success' }),
    metrics: lambdaMetrics,
    ...(freshInstances === undefined ? {} : { freshInstances }),
  });
}

/** Ends what made a call: a function's process, or an execution. */
async function kill(
  caller: Caller,
  { host, stepFunctions }: Pick<Foundation, 'host' | 'stepFunctions'>,
): Promise<void> {
  if (caller.principal?.kind === 'state machine') await stepFunctions.kill(caller);
  else await host.killCaller(caller.sessionToken);
}

function dispatchTo({ byName }: Services): Dispatch {
  return async (request) => {
    const service = byName.get(request.service);
    if (service === undefined)
      throw new Error(`The engine runs no ${request.service}, which ${request.operation} needs`);
    return service.handle(request);
  };
}
