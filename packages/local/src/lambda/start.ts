import type { Clock } from '../clock.ts';
import type { Services } from '../services/services.ts';
import type { StepFunctions } from '../services/states/start.ts';
import { stsService } from '../services/sts/service.ts';
import type { Shutdown } from '../shutdown.ts';
import type { Dispatch } from '../sources/destination.ts';
import type { EventSourceMappings } from '../sources/mappings.ts';
import { AsynchronousInvocations } from './asynchronous.ts';
import type { LambdaHost } from './host.ts';
import type { LambdaMetrics } from './lambda-metrics.ts';
import { LambdaService } from './service.ts';
import type { FunctionUrls } from './url/function-urls.ts';

export interface LambdaParts {
  readonly functionUrls: FunctionUrls;
  readonly services: Services;
  readonly host: LambdaHost;
  readonly lambdaMetrics: LambdaMetrics;
  readonly mappings: EventSourceMappings;
  readonly stepFunctions: StepFunctions;
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly shutdown: Shutdown;
  readonly dispatch: Dispatch;
  readonly onError: (error: unknown) => void;
}

/** Lambda's own API, and who functions and state machines are to STS. */
export function startLambda(parts: LambdaParts): AsynchronousInvocations {
  const { services, host, mappings, functionUrls, stepFunctions, clock, region, account, shutdown, dispatch, onError } =
    parts;
  const asynchronous = new AsynchronousInvocations({
    host,
    clock,
    region,
    metrics: parts.lambdaMetrics,
    dispatch,
    onError,
  });
  shutdown.add(() => host.close());
  shutdown.add(async () => asynchronous.close());
  services.byName.set('lambda', new LambdaService({ host, asynchronous, mappings, functionUrls, clock }));
  const callerOf = (accessKeyId: string) => {
    const functionName = host.functionOf(accessKeyId);
    const principal = stepFunctions.principalOf(accessKeyId);
    const roleArn = functionName === undefined ? principal?.roleArn : host.definition(functionName).role;
    const sessionName = functionName ?? principal?.name;
    if (roleArn === undefined || sessionName === undefined) return undefined;
    return { sessionName, roleName: services.roles.find(roleArn)?.roleName ?? 'none' };
  };
  services.byName.set('sts', stsService({ account, callerOf }));
  return asynchronous;
}
