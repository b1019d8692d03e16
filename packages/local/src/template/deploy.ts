import { createHash } from 'node:crypto';
import type { AssembledStack } from './assembly.ts';
import { noValue, resolve, resolveCondition, type Scope } from './intrinsic.ts';
import { creationOrder } from './order.ts';
import { TemplateRefused } from './refusal.ts';
import type { CreatedResource, ResourceType } from './resource-type.ts';
import { object, refusals } from './shape.ts';
import type { Template, TemplateResource } from './template.ts';

export interface DeployOptions {
  readonly stack: AssembledStack;
  readonly types: Readonly<Record<string, ResourceType>>;
  readonly region: string;
  readonly account: string;
  readonly onProgress?: (resource: { readonly logicalId: string; readonly type: string }) => void;
}

export interface DeployedResource extends CreatedResource {
  readonly logicalId: string;
  readonly type: string;
}

export interface Deployment {
  readonly stackName: string;
  readonly stackId: string;
  /** In the order of their creation. */
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Stops every resource, the last created first, whatever fails on the way. */
  stop(): Promise<void>;
}

/**
 * Creates what the stack's template asks for. Everything is looked at before anything is created: throws TemplateRefused
 * with all that cannot be run. A failure on the way stops what was created before it.
 */
export async function deployTemplate(options: DeployOptions): Promise<Deployment> {
  const { stack, types } = options;
  const { template, stackName } = stack;
  const created: DeployedResource[] = [];
  const scope = scopeOf(options, created);
  const wanted = wantedResources(template, scope);
  const refused = Object.entries(wanted).flatMap(([logicalId, resource]) => refusalsOf(logicalId, resource, types));
  if (refused.length > 0) throw new TemplateRefused(refused);
  try {
    for (const logicalId of creationOrder(wanted)) {
      const resource = wanted[logicalId];
      const type = resource === undefined ? undefined : types[resource.Type];
      if (resource === undefined || type === undefined) continue;
      options.onProgress?.({ logicalId, type: resource.Type });
      const properties = resolve(resource.Properties ?? {}, scope, logicalId) as Record<string, unknown>;
      const stillRefused = refusals(object(type.members), properties, logicalId);
      if (stillRefused.length > 0) throw new TemplateRefused(stillRefused);
      const one = await type.create({
        logicalId,
        properties,
        metadata: resource.Metadata ?? {},
        directory: stack.directory,
        generatedName: (charactersMax) => generatedName(stackName, logicalId, charactersMax),
      });
      created.push({ ...one, logicalId, type: resource.Type });
    }
    const outputs = resolveOutputs(template, scope);
    return { stackName, stackId: stackIdOf(options), resources: created, outputs, stop: () => stopAll(created) };
  } catch (error) {
    await stopAll(created);
    throw error;
  }
}

/** Those whose condition holds. */
function wantedResources(template: Template, scope: Scope): Record<string, TemplateResource> {
  const entries = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || scope.condition(Condition) === true,
  );
  return Object.fromEntries(entries);
}

function refusalsOf(
  logicalId: string,
  { Type, Properties }: TemplateResource,
  types: Readonly<Record<string, ResourceType>>,
): readonly string[] {
  const type = Object.hasOwn(types, Type) ? types[Type] : undefined;
  if (type !== undefined) return refusals(object(type.members), Properties ?? {}, logicalId);
  const supported = Object.keys(types).sort().join(', ');
  return [`${logicalId}: resource type ${Type} is not supported; supported are ${supported}`];
}

function scopeOf({ stack, region, account, ...rest }: DeployOptions, created: readonly DeployedResource[]): Scope {
  const { template, stackName } = stack;
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': account,
    'AWS::NoValue': noValue,
    'AWS::NotificationARNs': [],
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackId': stackIdOf({ stack, region, account, ...rest }),
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const resourceOf = (logicalId: string) => created.find((each) => each.logicalId === logicalId);
  const scope: Scope = {
    mappings: template.Mappings,
    ref: (name) => pseudo[name] ?? parameter(template, name) ?? resourceOf(name)?.physicalId,
    attribute: (logicalId, name) => resourceOf(logicalId)?.attributes[name],
    condition: (name) => {
      const definition = template.Conditions[name];
      return definition === undefined ? undefined : resolveCondition(definition, scope, `Conditions.${name}`);
    },
  };
  return scope;
}

/** Its default. `BootstrapVersion` and its like are read from the account's parameter store, which no machine has: not used. */
function parameter(template: Template, name: string): unknown {
  const declared = Object.hasOwn(template.Parameters, name) ? template.Parameters[name] : undefined;
  if (declared === undefined) return undefined;
  if (declared.Type.startsWith('AWS::SSM::')) {
    throw new TemplateRefused([
      `Parameter ${name} is of type ${declared.Type}: the local engine has no parameter store`,
    ]);
  }
  if (declared.Default === undefined)
    throw new TemplateRefused([`Parameter ${name} has no default, and the local engine takes no values`]);
  if (declared.Type === 'CommaDelimitedList' || declared.Type.startsWith('List<'))
    return String(declared.Default).split(',');
  return declared.Default;
}

function resolveOutputs(template: Template, scope: Scope): Record<string, string> {
  const wanted = Object.entries(template.Outputs).filter(
    ([, { Condition }]) => Condition === undefined || scope.condition(Condition) === true,
  );
  return Object.fromEntries(wanted.map(([key, { Value }]) => [key, String(resolve(Value, scope, `Outputs.${key}`))]));
}

async function stopAll(created: readonly DeployedResource[]): Promise<void> {
  for (const resource of created.toReversed()) {
    // One that fails to stop must not keep the others running.
    await resource.stop?.().catch(() => {});
  }
}

/**
 * `Tidemark-dev-TidemarkControlTable-0C7D3E5A9B12`: as CloudFormation forms it, but the same on every start, so that
 * kept data is found again.
 */
function generatedName(stackName: string, logicalId: string, charactersMax: number): string {
  const suffix = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, 12).toUpperCase();
  const stem = `${stackName}-${logicalId}`.slice(0, charactersMax - suffix.length - 1).replace(/-+$/, '');
  return `${stem}-${suffix}`;
}

function stackIdOf({ stack: { stackName }, region, account }: DeployOptions): string {
  const digest = createHash('sha256').update(stackName).digest('hex');
  const uuid = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ].join('-');
  return `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/${uuid}`;
}
