import type { DeployedSource, DeployedWorkflows } from '@tidemark/core/deployment';
import { type DeployedStack, deployedStacks, findStack } from './aws/cloudformation.ts';
import { runningEngines } from './engines.ts';
import { Failure, UsageError } from './failure.ts';

/** Options that every command takes. */
export interface TargetOptions {
  readonly local?: boolean;
  readonly stage?: string;
  readonly region?: string;
  readonly profile?: string;
}

/** What every AWS client is made with. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
  readonly requestHandler?: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/** A stage of Tidemark, in AWS or in a local engine, and what it consists of. */
export interface Target {
  readonly stage: string;
  readonly client: ClientSettings;
  /** Address of the local engine; undefined for AWS. */
  readonly endpoint?: string;
  readonly sources: readonly DeployedSource[];
  /** Absent where the stack was deployed by a version that has none. */
  readonly workflows?: DeployedWorkflows;
  /** The target's own clock, milliseconds since the epoch: a local engine's may run ahead of the wall. */
  nowMs(): Promise<number>;
}

const defaultStage = 'dev';
const base: Pick<ClientSettings, 'maxAttempts' | 'requestHandler'> = {
  maxAttempts: 5,
  // Milliseconds. Without it a server that does not answer is waited for without end.
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
};

/** Finds the stage that the options name. Throws a Failure that says what to do where there is none. */
export async function resolveTarget(options: TargetOptions, environment = process.env): Promise<Target> {
  return options.local === true ? localTarget(options, environment) : awsTarget(options);
}

/** A local engine at a known address. */
export async function engineTarget(endpoint: string, stage: string, region: string): Promise<Target> {
  const client: ClientSettings = {
    endpoint,
    region,
    credentials: { accessKeyId: 'tidemark', secretAccessKey: 'tidemark' },
    ...base,
  };
  const stack = await requireStack(client, stage, `the engine at ${endpoint}`);
  return { stage, client, endpoint, ...partsOf(stack), nowMs: () => engineNowMs(endpoint) };
}

/**
 * The source that `--source` names, or the first that has what the command needs, or, where none has, the first. Throws a
 * UsageError that lists the sources there are, and what else may be said.
 */
export function chooseSource(
  target: Pick<Target, 'stage' | 'sources'>,
  name: string | undefined,
  isFit: (source: DeployedSource) => boolean = () => true,
  others: readonly string[] = [],
): DeployedSource {
  const source =
    name === undefined
      ? (target.sources.find(isFit) ?? target.sources[0])
      : target.sources.find((each) => each.name === name);
  if (source !== undefined) return source;
  const names = [...target.sources.map((each) => each.name), ...others].join(', ');
  throw new UsageError(
    `--source: ${JSON.stringify(name)} is not a source of stage ${target.stage}; expected one of: ${names}`,
  );
}

async function localTarget(options: TargetOptions, environment: NodeJS.ProcessEnv): Promise<Target> {
  for (const name of ['profile', 'region'] as const) {
    if (options[name] !== undefined) throw new UsageError(`--${name} has no meaning with --local`);
  }
  const address = environment.AWS_ENDPOINT_URL;
  if (address !== undefined && address !== '') {
    return engineTarget(address, options.stage ?? defaultStage, environment.AWS_REGION ?? 'us-east-1');
  }
  const engines = await runningEngines();
  const engine = engines.find(({ stage }) => options.stage === undefined || stage === options.stage);
  if (engine !== undefined) return engineTarget(engine.endpoint, engine.stage, engine.region);
  const others = engines.map(({ stage, endpoint }) => `stage ${stage} at ${endpoint}`).join(', ');
  throw new Failure(
    others === ''
      ? 'No local engine is running. Start one in another terminal:\n\n  npx -y pnpm@12 local\n'
      : `No local engine runs stage ${options.stage}. Running: ${others}.`,
  );
}

async function awsTarget(options: TargetOptions): Promise<Target> {
  const stage = options.stage ?? defaultStage;
  const client: ClientSettings = {
    ...base,
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  };
  const stack = await requireStack(client, stage, 'this account and region');
  return { stage, client, ...partsOf(stack), nowMs: async () => Date.now() };
}

function partsOf({ sources, workflows }: DeployedStack): Pick<Target, 'sources' | 'workflows'> {
  return { sources, ...(workflows === undefined ? {} : { workflows }) };
}

/** What to type to reach the same stage again: `tidemark --local`. */
export function commandOf({ stage, endpoint, client }: Pick<Target, 'stage' | 'endpoint' | 'client'>): string {
  const words = [
    'tidemark',
    ...(endpoint === undefined ? [] : ['--local']),
    ...(stage === defaultStage ? [] : [`--stage ${stage}`]),
    ...(endpoint === undefined && client.region !== undefined ? [`--region ${client.region}`] : []),
    ...(client.profile === undefined ? [] : [`--profile ${client.profile}`]),
  ];
  return words.join(' ');
}

/** The state machines of a stage. Throws a Failure where it has none. */
export function requireWorkflows({ stage, workflows }: Pick<Target, 'stage' | 'workflows'>): DeployedWorkflows {
  if (workflows !== undefined) return workflows;
  throw olderFailure(stage, 'no state machines for replays');
}

/** The state machine of prune and restore. Throws a Failure where the stage has none. */
export function requirePruneMachine(target: Pick<Target, 'stage' | 'workflows'>): string {
  if (target.workflows?.prune !== undefined) return target.workflows.prune;
  throw olderFailure(target.stage, 'no state machine that prunes');
}

/** What escalates the incidents of a stage. Throws a Failure where it has no alarms. */
export function requireIncidents({
  stage,
  workflows,
}: Pick<Target, 'stage' | 'workflows'>): NonNullable<DeployedWorkflows['incidents']> {
  if (workflows?.incidents !== undefined) return workflows.incidents;
  throw new Failure(
    `Stage ${stage} has no alarms, and so no incidents. Deploy it with alarms in its configuration: npx -y pnpm@12 --filter @tidemark/infra run deploy --stage ${stage}`,
  );
}

function olderFailure(stage: string, what: string): Failure {
  return new Failure(
    `Stack Tidemark-${stage} has ${what}: it was deployed by an older version. Deploy it again: npx -y pnpm@12 --filter @tidemark/infra run deploy --stage ${stage}`,
  );
}

async function requireStack(client: ClientSettings, stage: string, place: string): Promise<DeployedStack> {
  const name = `Tidemark-${stage}`;
  const stack = await findStack(client, name);
  if (stack === undefined) {
    const others = await deployedStacks(client, 'Tidemark-');
    const known = others.length === 0 ? 'No stack of Tidemark is there.' : `There is: ${others.join(', ')}.`;
    throw new Failure(
      `Stack ${name} does not exist in ${place}. ${known}\n` +
        `Name another with --stage or --region, or deploy this one: npx -y pnpm@12 --filter @tidemark/infra run deploy --stage ${stage}`,
    );
  }
  if (stack.sources.length === 0)
    throw new Failure(`Stack ${name} (${stack.status}) has no outputs that describe a source.`);
  return stack;
}

async function engineNowMs(endpoint: string): Promise<number> {
  const response = await fetch(new URL('/_tidemark/clock', endpoint));
  const body: unknown = await response.json();
  const nowMs = typeof body === 'object' && body !== null && 'nowMs' in body ? body.nowMs : undefined;
  return typeof nowMs === 'number' ? nowMs : Date.now();
}
