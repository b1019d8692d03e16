import type { SourceInput, TidemarkInput } from '@tidemark/core/config/input';
import { Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { TidemarkStack } from '../src/stack.ts';
import { type StageName, stages } from '../src/stage.ts';

export const event = { name: 'event_type', time: 'utc_timestamp' };

/** The template of a configuration, as it would be deployed. */
export function synthesize(config: TidemarkInput, stage: StageName = 'dev'): Template {
  return Template.fromStack(new TidemarkStack(new App({ analyticsReporting: false }), config, stages[stage]));
}

/** The template of one source, `web`. */
export function synthesizeWeb(settings: Partial<SourceInput> = {}, stage: StageName = 'dev'): Template {
  return synthesize({ sources: { web: { event, ...settings } } }, stage);
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** The resources of a type by their logical ids. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, Resource>> {
  return template.findResources(type) as Record<string, Resource>;
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
  readonly Principal?: unknown;
}

/** The statements of the roles whose logical id holds `part`, with `Fn::` functions written out as text. */
export function statementsOf(template: Template, part = ''): readonly Statement[] {
  const roles = Object.entries(resourcesOf(template, 'AWS::IAM::Role')).filter(([id]) => id.includes(part));
  return roles.flatMap(([, { Properties }]) =>
    (Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.map((statement) => ({ ...statement, Resource: textOf(statement.Resource) })),
    ),
  );
}

/**
 * A value of a template as text: references become `<Id>` and `<Id.Attribute>`. Throws on a function that the
 * template is not expected to hold.
 */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join(' ');
  const [name, argument] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (name === 'Ref') return `<${nameOf(String(argument))}>`;
  if (name === 'Fn::GetAtt') {
    const [id = '', attribute] = argument as string[];
    return `<${nameOf(id)}.${attribute}>`;
  }
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(textOf).join(separator);
  }
  throw new Error(`${JSON.stringify(value)} is not expected in a template`);
}

/** A logical id without the hash that the CDK appends. */
function nameOf(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
