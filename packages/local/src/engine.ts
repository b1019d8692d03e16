import { randomUUID } from 'node:crypto';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EngineClock } from './clock.ts';
import { engineControl } from './control.ts';
import { type EngineDirectory, openDirectory } from './directory.ts';
import { Faults } from './faults/faults.ts';
import { startGateway } from './gateway/gateway.ts';
import { engineAccessKeyId } from './gateway/intercept.ts';
import { AsynchronousInvocations } from './lambda/asynchronous.ts';
import { LambdaHost, type LogLine } from './lambda/host.ts';
import { LambdaService } from './lambda/service.ts';
import { Meter } from './meter/meter.ts';
import { assertRoles } from './resources/assert-roles.ts';
import { resourceTypes } from './resources/resource-types.ts';
import { enforceRoles } from './services/iam/enforce.ts';
import type { Roles } from './services/iam/roles.ts';
import { type Services, startServices } from './services/services.ts';
import { stsService } from './services/sts/service.ts';
import { Shutdown } from './shutdown.ts';
import type { MappingEvent } from './sources/mapping.ts';
import { EventSourceMappings } from './sources/mappings.ts';
import { wakeMappings } from './sources/wake.ts';
import { type AssembledStack, chooseStack, loadAssembly } from './template/assembly.ts';
import { type Deployment, deployTemplate } from './template/deploy.ts';

export interface EngineOptions {
  /** The folder of the cloud assembly (`cdk.out`). */
  readonly assembly: string;
  /** The stack's name; not needed where the assembly has one stack. */
  readonly stack?: string;
  /** 0, and without it: any free port. */
  readonly port?: number;
  /** Where `port` is taken, any free one. */
  readonly orAnyPort?: boolean;
  /** In which the stack is run; `us-east-1` without it. */
  readonly region?: string;
  /** Where data is kept over a restart; in memory without it. */
  readonly persist?: string;
  /** Engine time; from now on at the wall's speed without it. */
  readonly clock?: EngineClock;
  /** The Java that runs DynamoDB Local: a command or a path; `java` without it. */
  readonly java?: string;
  /** Every invocation gets a new sandbox. */
  readonly freshInstances?: boolean;
  /** Functions may do what their roles allow and nothing else, which is what they may on AWS; true without it. */
  readonly enforceRoles?: boolean;
  /** What the engine is at while it starts, one short phrase a step. */
  readonly onProgress?: (step: string) => void;
  /** A batch failed or was given up, or a mapping cannot read its stream. */
  readonly onMappingEvent?: (event: MappingEvent) => void;
  readonly onLog?: (line: LogLine) => void;
  /** A fault of the engine itself while it runs; the call at hand was answered with a 500. */
  readonly onError?: (error: unknown) => void;
}

/** A running stack on this machine. */
export interface Engine {
  readonly id: string;
  /** `http://127.0.0.1:PORT`: all that an AWS client needs, as `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly deployment: Deployment;
  readonly clock: EngineClock;
  readonly faults: Faults;
  readonly meter: Meter;
  readonly services: Services;
  readonly host: LambdaHost;
  readonly mappings: EventSourceMappings;
  /** Resolves when a part ended that should run; never while all is well. */
  readonly failed: Promise<Error>;
  /** Resolves when no event source mapping has anything left to read or to deliver. */
  idle(): Promise<void>;
  /** Stops everything that it started, in reverse order. May be called twice. */
  stop(): Promise<void>;
}

export const account = '000000000000';
const regionDefault = 'us-east-1';

/**
 * Runs a stack of a cloud assembly. Starts in order and stops in reverse; a failure on the way stops what stands and rejects:
 * TemplateRefused lists what the engine cannot run.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { region = regionDefault, clock = new EngineClock(), onProgress = () => {} } = options;
  onProgress('reading the cloud assembly');
  const stack = chooseStack(await loadAssembly(options.assembly), options.stack);
  const shutdown = new Shutdown();
  try {
    const directory = openKept(options, stack, region, shutdown);
    const parts = await startParts({ options, stack, region, clock, directory, shutdown, onProgress });
    return parts;
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

function identityOf(host: LambdaHost, roles: Roles, accessKeyId: string) {
  const functionName = host.functionOf(accessKeyId);
  if (functionName === undefined) return undefined;
  return { functionName, roleName: roles.find(host.definition(functionName).role)?.roleName ?? 'none' };
}

function openKept(
  options: EngineOptions,
  { stackName }: AssembledStack,
  region: string,
  shutdown: Shutdown,
): EngineDirectory | undefined {
  if (options.persist === undefined) return undefined;
  const directory = openDirectory(options.persist, { stackName, region, account });
  shutdown.add(async () => directory.close());
  return directory;
}

interface Start {
  readonly options: EngineOptions;
  readonly stack: AssembledStack;
  readonly region: string;
  readonly clock: EngineClock;
  readonly directory: EngineDirectory | undefined;
  readonly shutdown: Shutdown;
  readonly onProgress: (step: string) => void;
}

async function startParts({ options, stack, region, clock, directory, shutdown, onProgress }: Start): Promise<Engine> {
  const id = randomUUID();
  const meter = new Meter();
  const mappings = new EventSourceMappings();
  const onError = options.onError ?? (() => {});
  const services = await startServices({
    stack,
    region,
    account,
    clock,
    directory,
    meter,
    java: options.java ?? 'java',
    shutdown,
    onProgress,
  });
  const host = new LambdaHost({
    clock,
    region,
    endpoint: () => gateway.endpoint,
    log: (line) => {
      services.logs.add(line);
      options.onLog?.(line);
    },
    meter: ({ functionName, billedMs, memoryMb, outcome }) =>
      meter.invoked({ functionName, billedMs, memoryMb, ok: outcome === 'success' }),
    ...(options.freshInstances === undefined ? {} : { freshInstances: options.freshInstances }),
  });
  const asynchronous = new AsynchronousInvocations(host, clock);
  services.byName.set('lambda', new LambdaService({ host, asynchronous, mappings, clock }));
  const faults = new Faults({ kill: async ({ sessionToken }) => void (await host.killCaller(sessionToken)) });
  const place = { region, account, partitionKeyOf: (table: string) => services.partitionKeys.get(table) };
  const roleOf = (functionName: string) => host.definitions.find((each) => each.functionName === functionName)?.role;
  services.byName.set(
    'sts',
    stsService({ account, callerOf: (accessKeyId) => identityOf(host, services.roles, accessKeyId) }),
  );
  const enforcement = options.enforceRoles === false ? [] : [enforceRoles({ roles: services.roles, place, roleOf })];
  const gateway = await startGateway({
    port: options.port ?? 0,
    orAnyPort: options.orAnyPort ?? false,
    services: services.byName,
    interceptors: [meter.interceptor, faults.interceptor, ...enforcement, wakeMappings(mappings, { region, account })],
    control: engineControl({
      id,
      stackName: stack.stackName,
      region,
      account,
      clock,
      meter,
      isReady: () => deployed !== undefined,
    }),
    functionOf: (accessKeyId) => host.functionOf(accessKeyId),
    onError,
  });
  shutdown.add(() => gateway.close());
  shutdown.add(() => host.close());
  shutdown.add(async () => asynchronous.close());
  let deployed: Deployment | undefined;
  const streams = new DynamoDBStreamsClient({
    endpoint: gateway.endpoint,
    region,
    credentials: { accessKeyId: engineAccessKeyId, secretAccessKey: 'local' },
  });
  shutdown.add(async () => streams.destroy());
  const types = resourceTypes({
    ...{ services, host, clock, region, account, streams, mappings },
    positions: directory?.positions,
    onMappingEvent: options.onMappingEvent ?? (() => {}),
  });
  const deployment = await deployTemplate({
    stack,
    types,
    region,
    account,
    onProgress: ({ logicalId, type }) => onProgress(`creating ${logicalId} (${type})`),
  });
  shutdown.add(() => deployment.stop());
  assertRoles(host.definitions, services.roles);
  services.setStack({ deployment, stack, createdMs: clock.now() });
  deployed = deployment;
  return {
    ...{ id, endpoint: gateway.endpoint, port: gateway.port, region, account, stackName: stack.stackName },
    ...{ outputs: deployment.outputs, deployment, clock, faults, meter, services, host, mappings },
    failed: services.failed,
    idle: () => mappings.idle(),
    stop: () => shutdown.run(),
  };
}
