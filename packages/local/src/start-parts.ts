import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EngineClock } from './clock.ts';
import { engineControl } from './control.ts';
import type { EngineDirectory } from './directory.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { Faults } from './faults/faults.ts';
import type { WireRequest } from './gateway/attribute.ts';
import { dateAnswers } from './gateway/date.ts';
import { type Control, startGateway } from './gateway/gateway.ts';
import { type Caller, engineAccessKeyId } from './gateway/intercept.ts';
import type { AwsResponse } from './gateway/service.ts';
import { LambdaHost } from './lambda/host.ts';
import { LambdaMetrics } from './lambda/lambda-metrics.ts';
import { Permissions } from './lambda/permissions.ts';
import { startLambda } from './lambda/start.ts';
import { FunctionUrls } from './lambda/url/function-urls.ts';
import { Meter } from './meter/meter.ts';
import { assertRoles } from './resources/assert-roles.ts';
import { resourceTypes } from './resources/resource-types.ts';
import { startAlarms } from './services/cloudwatch/alarms/start.ts';
import { unpublishedMetrics } from './services/cloudwatch/alarms/unpublished.ts';
import { published } from './services/cloudwatch/published.ts';
import { startEventBus } from './services/events/start.ts';
import { enforceRoles } from './services/iam/enforce.ts';
import { QueuePolicies } from './services/messaging/queue-policies.ts';
import type { Pipes } from './services/pipes/pipes.ts';
import { startPipes } from './services/pipes/start.ts';
import { startScheduler } from './services/scheduler/start.ts';
import { type Services, startServices } from './services/services.ts';
import { Inbox } from './services/sns/inbox.ts';
import { snsLinks } from './services/sns/links.ts';
import { Signer } from './services/sns/signature.ts';
import { startSns } from './services/sns/start.ts';
import { TopicPolicies } from './services/sns/topic-policies.ts';
import { type StepFunctions, startStepFunctions } from './services/states/start.ts';
import { StatusChanges } from './services/states/status-change.ts';
import type { Shutdown } from './shutdown.ts';
import type { Dispatch } from './sources/destination.ts';
import type { DrainOptions } from './sources/drains.ts';
import { EventSourceMappings } from './sources/mappings.ts';
import { lambdaPace } from './sources/source.ts';
import { type Reader, wakeReaders } from './sources/wake.ts';
import type { AssembledStack } from './template/assembly.ts';
import { deployTemplate } from './template/deploy.ts';

export interface PartsOptions {
  readonly options: EngineOptions;
  readonly stack: AssembledStack;
  readonly region: string;
  readonly account: string;
  readonly directory: EngineDirectory | undefined;
  /** Told how to stop each part as soon as it stands. */
  readonly shutdown: Shutdown;
}

/** Invocations that take longer to end are ended, and their batches delivered again after a restart. */
const stopMsMax = 5_000;

/** Servers, then Lambda, then the port, then what the template asks for. */
export async function startParts(parts: PartsOptions): Promise<Engine> {
  const { options, stack, region, account, directory, shutdown } = parts;
  const { clock = new EngineClock(), onProgress = () => {}, onError = () => {} } = options;
  const id = randomUUID();
  const meter = new Meter();
  const mappings = new EventSourceMappings();
  const readers: Reader[] = [mappings];
  onProgress('starting servers');
  const started = { stack, region, account, clock, directory, meter, shutdown };
  const { java = 'java', enforceShardLimits = false } = options;
  const services = await startServices({ ...started, java, enforceShardLimits });
  let endpoint = '';
  const lambdaMetrics = new LambdaMetrics(services.metrics, clock);
  const host = startHost(options, { clock, region, meter, lambdaMetrics, services, endpoint: () => endpoint });
  const statusChanges = new StatusChanges();
  const stepFunctions = startStepFunctions({
    ...{ region, clock, meter, directory, shutdown, onError, changes: statusChanges, endpoint: () => endpoint },
    metrics: services.metrics,
  });
  services.byName.set('states', stepFunctions.service);
  const faults = new Faults({ kill: (caller) => kill(caller, { host, stepFunctions }) });
  let isReady = false;
  const inbox = new Inbox(directory?.folder('sns'));
  shutdown.add(async () => inbox.close());
  const signer = new Signer();
  const identity = { id, stackName: stack.stackName, region, account, isReady: () => isReady };
  const web: Control[] = [];
  const gateway = await startGateway({
    port: options.port ?? 0,
    orAnyPort: options.orAnyPort ?? false,
    services: services.byName,
    interceptors: [
      ...[
        dateAnswers(clock),
        meter.interceptor,
        services.tableMetrics.interceptor,
        faults.interceptor,
        ...enforcement(parts, { services, host, stepFunctions }),
      ],
      wakeReaders(readers, { region, account }),
    ],
    control: engineControl({ ...identity, clock, meter, inbox, signer }),
    web: (request) => firstAnswer(web, request),
    functionOf: (accessKeyId) => host.functionOf(accessKeyId),
    principalOf: (accessKeyId) => stepFunctions.principalOf(accessKeyId),
    onError,
  });
  endpoint = gateway.endpoint;
  shutdown.add(() => gateway.close());
  const dispatch = dispatchTo(services);
  const permissions = new Permissions();
  const queuePolicies = new QueuePolicies();
  const functionUrls = new FunctionUrls({ host, permissions, clock, endpoint: () => endpoint });
  const asynchronous = startLambda({
    ...{ functionUrls, lambdaMetrics },
    ...{ services, host, mappings, stepFunctions, clock, region, account, shutdown, dispatch, onError },
  });
  const rules = startEventBus({
    ...{ permissions, queuePolicies },
    ...{ services, statusChanges, clock, region, account, host, asynchronous, dispatch, shutdown, onError },
    onFailure: options.onRuleFailure ?? (() => {}),
  });
  const topics = startSns({
    ...{ inbox, signer },
    ...{ services, clock, account, host, asynchronous, dispatch, shutdown, onError, channelFaults: faults.channels },
    ...{ permissions, queuePolicies, endpoint: () => endpoint },
    confirmSubscriptions: options.confirmSubscriptions ?? true,
    onFailure: options.onNotificationFailure ?? (() => {}),
  });
  web.push((request) => functionUrls.handle(request), snsLinks(services.byName));
  const schedules = startScheduler({
    ...{ services, clock, region, account, host, asynchronous, dispatch, shutdown, onError },
    onFailure: options.onScheduleFailure ?? (() => {}),
    meter: (invocation) => meter.scheduled(invocation),
  });
  const topicPolicies = new TopicPolicies();
  const { alarms, detectors } = startAlarms({
    ...{ services, rules, permissions, clock, region, account, host },
    ...{ asynchronous, dispatch, shutdown, onError, phaseMs: options.alarmPhaseMs },
    evaluate: options.evaluateAlarms,
    topicRefusal: (topicArn, alarmArn) => {
      const topic = topics.list().find(({ arn }) => arn === topicArn);
      return topic === undefined ? undefined : topicPolicies.alarmRefusal(topic, alarmArn);
    },
    directory: directory?.folder('cloudwatch'),
    onFailure: options.onAlarmActionFailure ?? (() => {}),
  });
  const pipes = startPipes({
    ...{ clock, region, account, host, asynchronous, roles: services.roles, kinesis: services.kinesis, dispatch },
    ...{ byName: services.byName, positions: directory?.positions, shutdown },
    delays: options.pipeDelays,
    observe: options.onPipeEvent,
    meter: (request) => meter.piped(request),
  });
  readers.push(pipes);
  const streams = new DynamoDBStreamsClient({
    endpoint,
    region,
    credentials: { accessKeyId: engineAccessKeyId, secretAccessKey: 'local' },
  });
  shutdown.add(async () => streams.destroy());
  const deployment = await deployTemplate({
    stack,
    types: resourceTypes({
      ...{
        services,
        host,
        clock,
        region,
        account,
        endpoint,
        streams,
        mappings,
        dispatch,
        asynchronous,
        lambdaMetrics,
        pipes,
        schedules,
        stepFunctions,
        alarms,
        detectors,
        topics,
        topicPolicies,
        functionUrls,
        rules,
        permissions,
        queuePolicies,
      },
      positions: directory?.positions,
      windowCloseDelayMs: options.windowCloseDelayMs,
      mappingTransitionMs: options.mappingTransitionMs,
      readPace: enforceShardLimits ? lambdaPace : undefined,
      onMappingEvent: options.onMappingEvent ?? (() => {}),
    }),
    region,
    account,
    onProgress: ({ logicalId, type }) => onProgress(`creating ${logicalId} (${type})`),
  });
  shutdown.add(() => within(stopMsMax, deployment.stop()));
  assertRoles(host.definitions, services.roles);
  services.setStack({ deployment, stack, createdMs: clock.now() });
  rules.start();
  alarms.start();
  for (const line of unpublishedMetrics(
    alarms.list().map(({ alarm }) => alarm),
    published,
  ))
    options.onWarning?.(line);
  schedules.start();
  pipes.resume();
  isReady = true;
  return {
    ...{ id, endpoint, port: gateway.port, region, account, stackName: stack.stackName, outputs: deployment.outputs },
    ...{
      deployment,
      clock,
      faults,
      meter,
      services,
      host,
      asynchronous,
      mappings,
      pipes,
      alarms,
      topics,
      inbox,
      rules,
      schedules,
      stepFunctions,
      failed: services.failed,
    },
    idle: (how) => allIdle(mappings, pipes, how),
    stop: () => shutdown.run(),
  };
}

/** Of the first that has one. */
async function firstAnswer(web: readonly Control[], request: WireRequest): Promise<AwsResponse | undefined> {
  for (const answer of web) {
    const found = await answer(request);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a pipe's target writes may be what a mapping reads, and the other way round. */
async function allIdle(mappings: EventSourceMappings, pipes: Pipes, how?: DrainOptions): Promise<void> {
  do {
    await pipes.idle(how);
    await mappings.idle(how);
  } while (!pipes.isIdle() || (pipes.list().length > 0 && !mappings.isIdle()));
}

/** Resolves with `work`, or when the time is over. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, setTimeout(ms, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}

interface HostParts {
  readonly clock: EngineClock;
  readonly region: string;
  readonly meter: Meter;
  readonly lambdaMetrics: LambdaMetrics;
  readonly services: Services;
  readonly endpoint: () => string;
}

function startHost(
  { onLog, freshInstances }: EngineOptions,
  { clock, region, meter, lambdaMetrics, services, endpoint }: HostParts,
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

interface Callers {
  readonly host: LambdaHost;
  readonly stepFunctions: StepFunctions;
}

/** Ends what made a call: a function's process, or an execution. */
async function kill(caller: Caller, { host, stepFunctions }: Callers): Promise<void> {
  if (caller.principal?.kind === 'state machine') await stepFunctions.kill(caller);
  else await host.killCaller(caller.sessionToken);
}

function enforcement(
  { options, region, account }: PartsOptions,
  { services, host, stepFunctions }: Callers & { readonly services: Services },
) {
  if (options.enforceRoles === false) return [];
  const place = {
    ...{ region, account, partitionKeyOf: (table: string) => services.partitionKeys.get(table) },
    machineOfToken: (taskToken: string) => stepFunctions.machineOfToken(taskToken),
  };
  const roleOf = (functionName: string) => host.definitions.find((each) => each.functionName === functionName)?.role;
  return [enforceRoles({ roles: services.roles, place, roleOf })];
}

/** Calls from inside the engine, past the gateway: neither metered nor struck by faults. */
function dispatchTo({ byName }: Services): Dispatch {
  return async (request) => {
    const service = byName.get(request.service);
    if (service === undefined)
      throw new Error(`The engine runs no ${request.service}, which ${request.operation} needs`);
    return service.handle(request);
  };
}
