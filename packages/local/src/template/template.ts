import { TemplateRefused } from './refusal.ts';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: unknown;
}

/** A CloudFormation template in JSON, with every section that may be absent made empty. */
export interface Template {
  readonly Description: string | undefined;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters: Readonly<Record<string, TemplateParameter>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Mappings: Readonly<Record<string, unknown>>;
  readonly Outputs: Readonly<Record<string, TemplateOutput>>;
}

const sections = new Set(['Resources', 'Parameters', 'Conditions', 'Mappings', 'Outputs']);
/** Sections without effect on what runs. */
const inert = new Set(['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Rules']);
/** Looks whether the account was bootstrapped for the CDK; there is no account here. */
const inertRule = 'CheckBootstrapVersion';

const resourceMembers = new Set(['Type', 'Properties', 'DependsOn', 'Condition', 'Metadata']);
/** What becomes of the data when the stack goes: here it is the `--persist` directory's owner who decides. */
const inertResourceMembers = new Set(['DeletionPolicy', 'UpdateReplacePolicy']);

/** Reads a template, refusing sections that it does not know. */
export function parseTemplate(text: string, name: string): Template {
  const raw: Record<string, unknown> = JSON.parse(text);
  const refused = Object.keys(raw)
    .filter((section) => !sections.has(section) && !inert.has(section))
    .map((section) => `${name}: section ${section} is not supported; supported are ${[...sections].join(', ')}`);
  const rules = Object.keys((raw.Rules ?? {}) as object).filter((rule) => rule !== inertRule);
  refused.push(...rules.map((rule) => `${name}: rule ${rule} is not supported`));
  const resources = (raw.Resources ?? {}) as Record<string, TemplateResource>;
  for (const [logicalId, resource] of Object.entries(resources)) {
    const unknown = Object.keys(resource).filter((key) => !resourceMembers.has(key) && !inertResourceMembers.has(key));
    refused.push(...unknown.map((key) => `${logicalId}: ${key} of a resource is not supported`));
  }
  if (refused.length > 0) throw new TemplateRefused(refused);
  const section = <Value>(key: string) => (raw[key] ?? {}) as Readonly<Record<string, Value>>;
  return {
    Description: typeof raw.Description === 'string' ? raw.Description : undefined,
    Resources: resources,
    Parameters: section('Parameters'),
    Conditions: section('Conditions'),
    Mappings: section('Mappings'),
    Outputs: section('Outputs'),
  };
}
