import { createHash } from 'node:crypto';
import type { Roles } from '../services/iam/roles.ts';
import { stateMachineArn } from '../services/states/arn.ts';
import type { StepFunctions } from '../services/states/start.ts';
import { readDefinition } from '../states/read-definition.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { object, only, used, withoutEffect } from '../template/shape.ts';

export interface StateMachineTypeOptions {
  readonly stepFunctions: StepFunctions;
  readonly roles: Roles;
  readonly region: string;
  readonly account: string;
  readonly now: () => number;
}

const nameCharactersMax = 80;

/** `AWS::StepFunctions::StateMachine`, standard, in JSONata. */
export function stateMachineType({
  stepFunctions,
  roles,
  region,
  account,
  now,
}: StateMachineTypeOptions): ResourceType {
  return {
    members: {
      StateMachineName: used,
      StateMachineType: only(['STANDARD'], 'there are no express executions here'),
      Definition: used,
      DefinitionString: used,
      DefinitionSubstitutions: used,
      RoleArn: used,
      LoggingConfiguration: withoutEffect('histories are given by the API alone'),
      TracingConfiguration: object({ Enabled: withoutEffect('there is no X-Ray') }),
      EncryptionConfiguration: withoutEffect('nothing is encrypted on one machine'),
      Tags: used,
    },
    async create({ logicalId, properties, generatedName }) {
      const { StateMachineName, RoleArn, Tags } = properties;
      const name = typeof StateMachineName === 'string' ? StateMachineName : generatedName(nameCharactersMax);
      const text = definitionText(logicalId, properties);
      requireRole(logicalId, String(RoleArn), roles);
      const tasks = tasksIn(parsed(text));
      await stepFunctions.prepare(tasks.map(({ Resource }) => String(Resource)));
      const read = readDefinition(text, stepFunctions.runners);
      const mistakes = [...(read.ok ? [] : read.mistakes), ...credentialMistakes(tasks)];
      if (!read.ok || mistakes.length > 0) {
        throw new TemplateRefused(mistakes.map((mistake) => `${logicalId}.Definition: ${mistake}`));
      }
      const arn = stateMachineArn({ region, account }, name);
      stepFunctions.machines.add({
        ...{ name, stateMachineArn: arn, text, definition: read.definition, createdMs: now() },
        roleArn: String(RoleArn),
        tags: tagsOf(Tags),
        accessKeyId: `ASIA${createHash('sha256').update(arn).digest('hex').slice(0, 16).toUpperCase()}`,
      });
      return {
        physicalId: arn,
        attributes: { Arn: arn, Name: name, StateMachineRevisionId: 'INITIAL' },
        stop: () => stepFunctions.stop(arn),
      };
    },
  };
}

/** Step Functions takes a role that it may assume, and no other. */
function requireRole(logicalId: string, roleArn: string, roles: Roles): void {
  const role = roles.find(roleArn);
  if (role === undefined) throw new TemplateRefused([`${logicalId}: its role ${roleArn} is not in the template`]);
  if (role.services.includes('states.amazonaws.com')) return;
  const reason = `the role defined for the state machine cannot be assumed by Step Functions (${roleArn})`;
  throw new TemplateRefused([`${logicalId}: ${reason}`]);
}

/** The definition as text, with what `DefinitionSubstitutions` puts into it. */
function definitionText(logicalId: string, properties: Readonly<Record<string, unknown>>): string {
  const { Definition, DefinitionString, DefinitionSubstitutions } = properties;
  if ((Definition === undefined) === (DefinitionString === undefined)) {
    throw new TemplateRefused([`${logicalId}: either Definition or DefinitionString is needed`]);
  }
  const text = typeof DefinitionString === 'string' ? DefinitionString : JSON.stringify(Definition);
  const substitutions = Object.entries((DefinitionSubstitutions ?? {}) as Readonly<Record<string, unknown>>);
  return substitutions.reduce((from, [name, value]) => from.replaceAll(`\${${name}}`, () => String(value)), text);
}

/** Undefined for what is no JSON, which `readDefinition` says. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The tasks anywhere in the definition. */
function tasksIn(definition: unknown): readonly Fields[] {
  if (typeof definition !== 'object' || definition === null) return [];
  const within = Object.values(definition).flatMap(tasksIn);
  return 'Type' in definition && definition.Type === 'Task' ? [definition as Fields, ...within] : within;
}

function credentialMistakes(tasks: readonly Fields[]): readonly string[] {
  if (tasks.every(({ Credentials }) => Credentials === undefined)) return [];
  return ['Credentials are not supported: tasks call in the name of the machine alone'];
}

function tagsOf(tags: unknown): readonly { readonly key: string; readonly value: string }[] {
  return ((tags ?? []) as readonly { readonly Key: unknown; readonly Value: unknown }[]).map(({ Key, Value }) => ({
    key: String(Key),
    value: String(Value),
  }));
}
