import { describe, expect, it } from 'vitest';
import { TemplateRefused } from '../template/refusal.ts';
import { object, refusals } from '../template/shape.ts';
import type { FunctionDefinition } from './definition.ts';
import { functionType } from './function-type.ts';

const place = { region: 'eu-west-1', account: '000000000000' };

async function create(
  properties: Readonly<Record<string, unknown>>,
  metadata: Readonly<Record<string, unknown>> = { 'aws:asset:path': 'asset.1' },
) {
  const deployed: FunctionDefinition[] = [];
  const type = functionType({ ...place, deploy: (definition) => deployed.push(definition) });
  const created = await type.create({
    logicalId: 'Count',
    properties,
    metadata,
    directory: '/cdk.out',
    generatedName: () => 'Stack-Count-1',
  });
  return { created, definition: deployed[0] };
}

const minimal = { Handler: 'index.handler', Runtime: 'nodejs24.x', Role: 'arn:aws:iam::000000000000:role/r' };

describe('AWS::Lambda::Function', () => {
  it("takes Lambda's defaults", async () => {
    const { created, definition } = await create(minimal);
    expect(created).toEqual({
      physicalId: 'Stack-Count-1',
      attributes: { Arn: 'arn:aws:lambda:eu-west-1:000000000000:function:Stack-Count-1' },
    });
    expect(definition).toMatchObject({
      codeFolder: '/cdk.out/asset.1',
      memoryMb: 128,
      timeoutSeconds: 3,
      environment: {},
      reservedConcurrency: undefined,
      architecture: 'x86_64',
      logFormat: 'Text',
      logGroupName: '/aws/lambda/Stack-Count-1',
      accessKeyId: expect.stringMatching(/^ASIA[0-9A-F]{16}$/),
    });
  });

  it('takes what the template says', async () => {
    const { definition } = await create({
      ...minimal,
      FunctionName: 'count',
      MemorySize: '512',
      Timeout: 60,
      Architectures: ['arm64'],
      ReservedConcurrentExecutions: 0,
      Environment: { Variables: { TABLE: 'series', SIZE: 3 } },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN', LogGroup: 'group' },
    });
    expect(definition).toMatchObject({
      functionName: 'count',
      memoryMb: 512,
      timeoutSeconds: 60,
      architecture: 'arm64',
      reservedConcurrency: 0,
      environment: { TABLE: 'series', SIZE: '3' },
      logFormat: 'JSON',
      logLevel: 'WARN',
      logGroupName: 'group',
    });
  });

  it('refuses bad values, all at once', async () => {
    const bad = { ...minimal, MemorySize: 64, Timeout: 'soon', Handler: 1 };
    const refused = await create(bad, {}).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TemplateRefused);
    expect((refused as TemplateRefused).reasons).toEqual([
      'Count: its metadata name no aws:asset:path, so its code is not known',
      'Count.Handler: a string such as index.handler is needed',
      'Count.MemorySize: 64 is not a whole number from 128 to 10240',
      'Count.Timeout: "soon" is not a whole number from 1 to 900',
    ]);
  });

  it('refuses what it cannot run, by name', () => {
    const { members } = functionType({ ...place, deploy: () => {} });
    const properties = { ...minimal, Runtime: 'python3.13', Layers: ['l'], VpcConfig: {}, Code: { ZipFile: 'x' } };
    expect(refusals(object(members), properties, 'Count')).toEqual([
      expect.stringMatching(/^Count\.Runtime: "python3\.13" is not supported/),
      expect.stringMatching(/^Count\.Layers is not supported/),
      expect.stringMatching(/^Count\.VpcConfig is not supported/),
      expect.stringMatching(/^Count\.Code\.ZipFile is not supported/),
    ]);
  });
});
