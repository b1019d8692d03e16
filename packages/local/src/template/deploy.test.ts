// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so.
import { describe, expect, test } from 'vitest';
import { type DeployOptions, deployTemplate } from './deploy.ts';
import type { ResourceType } from './resource-type.ts';
import { checked, listOf, object, only, used, withoutEffect } from './shape.ts';
import { parseTemplate } from './template.ts';

let events: string[] = [];

/** Records what happens to its resources. */
const thing: ResourceType = {
  members: {
    Name: used,
    Of: used,
    Size: only([1, 2], 'only small ones fit'),
    Tags: withoutEffect('nothing reads them'),
    Parts: listOf(object({ Weight: used })),
    Even: checked((value, path) => (Number(value) % 2 === 0 ? [] : [`${path}: ${String(value)} is odd`])),
  },
  async create({ logicalId, properties, generatedName }) {
    if (properties.Name === 'broken') throw new Error('It broke');
    events.push(`create ${logicalId}`);
    return {
      physicalId: typeof properties.Name === 'string' ? properties.Name : generatedName(40),
      attributes: { Arn: `arn:${logicalId}`, Of: String(properties.Of) },
      stop: async () => void events.push(`stop ${logicalId}`),
    };
  },
};

function deploy(template: object, more: Partial<DeployOptions> = {}) {
  events = [];
  const templateText = JSON.stringify(template);
  const stack = {
    stackName: 'Small-test',
    template: parseTemplate(templateText, 'small'),
    templateText,
    directory: '/',
  };
  return deployTemplate({
    stack,
    types: { 'My::Thing': thing },
    region: 'eu-west-1',
    account: '000000000000',
    ...more,
  });
}

const a = { Type: 'My::Thing' };

describe('deploying', () => {
  test('creates what is named before what names it, and stops in the reverse order', async () => {
    const deployment = await deploy({
      Resources: {
        Last: { ...a, Properties: { Of: { 'Fn::Sub': '${Middle.Arn}' } } },
        Middle: { ...a, DependsOn: ['Other'], Properties: { Of: { 'Fn::Join': ['', [{ Ref: 'First' }]] } } },
        First: { ...a, Properties: { Name: 'one' } },
        Other: a,
      },
      Outputs: { Last: { Value: { 'Fn::GetAtt': ['Last', 'Of'] } }, Middle: { Value: { 'Fn::GetAtt': 'Middle.Of' } } },
    });
    expect(events).toEqual(['create Other', 'create First', 'create Middle', 'create Last']);
    expect(deployment.outputs).toEqual({ Last: 'arn:Middle', Middle: 'one' });
    events = [];
    await deployment.stop();
    expect(events).toEqual(['stop Last', 'stop Middle', 'stop First', 'stop Other']);
  });

  test('gives names that are the same on every start, and no longer than allowed', async () => {
    const [first, second] = [await deploy({ Resources: { Thing: a } }), await deploy({ Resources: { Thing: a } })];
    expect(first.resources[0]?.physicalId).toMatch(/^Small-test-Thing-[0-9A-F]{12}$/);
    expect(second.resources[0]?.physicalId).toBe(first.resources[0]?.physicalId);
    const long = await deploy({ Resources: { ['Thing'.repeat(20)]: a } });
    expect(long.resources[0]?.physicalId).toHaveLength(40);
  });

  test('leaves out what a condition leaves out', async () => {
    const deployment = await deploy({
      Parameters: { Stage: { Type: 'String', Default: 'dev' } },
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
      Resources: { Always: a, Prod: { ...a, Condition: 'IsProd' } },
      Outputs: { Prod: { Condition: 'IsProd', Value: { Ref: 'Prod' } } },
    });
    expect([events, deployment.outputs]).toEqual([['create Always'], {}]);
  });

  test('stops what stands when one fails', async () => {
    const broken = { ...a, Properties: { Name: 'broken', Of: { Ref: 'First' } } };
    await expect(deploy({ Resources: { Broken: broken, First: a } })).rejects.toThrow('It broke');
    expect(events).toEqual(['create First', 'stop First']);
  });

  test("passes over the check of the account's bootstrap version", async () => {
    await deploy({
      Parameters: {
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version' },
      },
      Rules: { CheckBootstrapVersion: { Assertions: [] } },
      Resources: { Thing: a },
    });
    expect(events).toEqual(['create Thing']);
  });
});

describe('refused before anything is created, all at once', () => {
  test('unknown types and properties, by their names and with what is supported', async () => {
    const Resources = {
      First: a,
      Queue: { Type: 'AWS::SQS::FifoQueue' },
      Thing: {
        ...a,
        Properties: { Colour: 'red', Size: 3, Parts: [{ Weight: 1 }, { Height: 2 }], Tags: [{ anything: 1 }], Even: 3 },
      },
    };
    await expect(deploy({ Resources })).rejects.toThrow(
      [
        'The template cannot be run here:',
        '- Queue: resource type AWS::SQS::FifoQueue is not supported; supported are My::Thing',
        '- Thing.Colour is not supported; supported: Even, Name, Of, Parts, Size, Tags',
        '- Thing.Size: 3 is not supported (only small ones fit); supported: 1, 2',
        '- Thing.Parts[1].Height is not supported; supported: Weight',
        '- Thing.Even: 3 is odd',
      ].join('\n'),
    );
    expect(events).toEqual([]);
  });

  test('a value that only shows when it is resolved', async () => {
    const Parameters = { Size: { Type: 'Number', Default: 3 } };
    await expect(
      deploy({ Parameters, Resources: { Thing: { ...a, Properties: { Size: { Ref: 'Size' } } } } }),
    ).rejects.toThrow('Thing.Size: 3 is not supported (only small ones fit); supported: 1, 2');
  });

  test.each([
    [
      'a circle',
      { Resources: { A: { ...a, DependsOn: 'B' }, B: { ...a, DependsOn: 'A' } } },
      /in a circle: A -> B -> A/,
    ],
    ['a section', { Resources: {}, Transform: 'AWS::Serverless' }, /section Transform is not supported/],
    ['a rule', { Resources: {}, Rules: { Mine: {} } }, /rule Mine is not supported/],
    [
      'a policy of a resource',
      { Resources: { A: { ...a, CreationPolicy: {} } } },
      /A: CreationPolicy of a resource is not supported/,
    ],
    [
      'a parameter without a default',
      { Parameters: { P: { Type: 'String' } }, Resources: { A: { ...a, Properties: { Of: { Ref: 'P' } } } } },
      /Parameter P has no default/,
    ],
    [
      'a parameter of the parameter store',
      {
        Parameters: { P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } },
        Resources: { A: { ...a, Properties: { Of: { Ref: 'P' } } } },
      },
      /the local engine has no parameter store/,
    ],
  ])('%s', async (_, template, message) => {
    await expect((async () => deploy(template))()).rejects.toThrow(message);
  });
});
