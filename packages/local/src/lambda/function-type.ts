import { createHash } from 'node:crypto';
import path from 'node:path';
import { TemplateRefused } from '../template/refusal.ts';
import type { CreateRequest, ResourceType } from '../template/resource-type.ts';
import { type Members, object, only, used, withoutEffect } from '../template/shape.ts';
import { type FunctionDefinition, runtimeHere } from './definition.ts';

const members: Members = {
  FunctionName: used,
  Code: object({
    S3Bucket: withoutEffect('the code is taken from the folder that the assembly names'),
    S3Key: withoutEffect('the code is taken from the folder that the assembly names'),
  }),
  Handler: used,
  Runtime: only([runtimeHere], 'functions run on the Node.js that runs the engine'),
  PackageType: only(['Zip'], 'there are no containers'),
  Description: used,
  Role: used,
  Architectures: withoutEffect("functions run on the machine's own processor"),
  MemorySize: used,
  Timeout: used,
  Environment: object({ Variables: used }),
  ReservedConcurrentExecutions: used,
  LoggingConfig: object({
    LogFormat: used,
    ApplicationLogLevel: used,
    SystemLogLevel: withoutEffect('START, END and REPORT are always written'),
    LogGroup: used,
  }),
  Tags: withoutEffect('nothing reads them'),
  TracingConfig: withoutEffect('there is no X-Ray'),
  KmsKeyArn: withoutEffect('nothing is encrypted'),
  EphemeralStorage: withoutEffect("functions write to the machine's own temporary folder"),
  RecursiveLoop: withoutEffect('recursion is not detected'),
};

export interface FunctionTypeOptions {
  readonly region: string;
  readonly account: string;
  /** Takes the function as soon as it is known. */
  readonly deploy: (definition: FunctionDefinition) => void;
}

/** `AWS::Lambda::Function`: the bundled folder that the assembly names, run as the template configures it. */
export function functionType({ deploy, ...place }: FunctionTypeOptions): ResourceType {
  return {
    members,
    async create(request) {
      const definition = defineFunction(request, place);
      deploy(definition);
      return { physicalId: definition.functionName, attributes: { Arn: definition.functionArn } };
    },
  };
}

/** Throws TemplateRefused with every value that cannot be run. */
export function defineFunction(
  { logicalId, properties, metadata, directory, generatedName }: CreateRequest,
  { region, account }: Pick<FunctionTypeOptions, 'region' | 'account'>,
): FunctionDefinition {
  const refused: string[] = [];
  const assetPath = metadata['aws:asset:path'];
  if (typeof assetPath !== 'string')
    refused.push(`${logicalId}: its metadata name no aws:asset:path, so its code is not known`);
  if (typeof properties.Handler !== 'string')
    refused.push(`${logicalId}.Handler: a string such as index.handler is needed`);
  const integer = <Absent>(name: string, absent: Absent, min: number, max: number): number | Absent => {
    const value = properties[name];
    if (value === undefined) return absent;
    // Templates may hold numbers as strings.
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
    refused.push(`${logicalId}.${name}: ${JSON.stringify(value)} is not a whole number from ${min} to ${max}`);
    return absent;
  };
  const functionName = text(properties.FunctionName) ?? generatedName(64);
  const logging = record(properties.LoggingConfig);
  const definition: FunctionDefinition = {
    functionName,
    functionArn: `arn:aws:lambda:${region}:${account}:function:${functionName}`,
    codeFolder: path.resolve(directory, String(assetPath)),
    handler: String(properties.Handler),
    runtime: runtimeHere,
    description: text(properties.Description) ?? '',
    role: text(properties.Role) ?? '',
    architecture: Array.isArray(properties.Architectures) ? String(properties.Architectures[0]) : 'x86_64',
    memoryMb: integer('MemorySize', 128, 128, 10_240),
    timeoutSeconds: integer('Timeout', 3, 1, 900),
    reservedConcurrency: integer('ReservedConcurrentExecutions', undefined, 0, 1_000),
    environment: strings(record(record(properties.Environment).Variables)),
    logFormat: logging.LogFormat === 'JSON' ? 'JSON' : 'Text',
    logLevel: text(logging.ApplicationLogLevel),
    logGroupName: text(logging.LogGroup) ?? `/aws/lambda/${functionName}`,
    accessKeyId: `ASIA${digest(functionName, 'hex').slice(0, 16).toUpperCase()}`,
    codeSha256: digest(String(assetPath), 'base64'),
  };
  if (refused.length > 0) throw new TemplateRefused(refused);
  return definition;
}

function digest(of: string, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(of).digest(encoding);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function strings(variables: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}
