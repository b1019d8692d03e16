import { expect, it } from 'vitest';
import { pipedStack, place } from '../../test/piped-stack.ts';

const pipe = (more: object) => ({
  Pipe: {
    Type: 'AWS::Pipes::Pipe',
    Properties: {
      ...{
        Name: 'composed',
        RoleArn: { 'Fn::GetAtt': ['Piping', 'Arn'] },
        Source: { 'Fn::GetAtt': ['Stream', 'Arn'] },
      },
      Target: { 'Fn::GetAtt': ['Target', 'Arn'] },
      SourceParameters: { KinesisStreamParameters: { StartingPosition: 'TRIM_HORIZON' } },
      ...more,
    },
  },
});

it('a pipe of the template runs when the engine stands', async () => {
  const { engine, put, texts, describe } = await pipedStack({ resources: pipe({ Tags: { of: 'template' } }) });
  await put('1');
  await engine.idle();
  expect(texts()).toEqual([['1']]);
  expect(await describe('composed')).toMatchObject({ CurrentState: 'RUNNING', Tags: { of: 'template' } });
  const { attributes } = engine.deployment.resources.find(({ type }) => type === 'AWS::Pipes::Pipe') ?? {};
  expect(attributes).toMatchObject({ Arn: `arn:aws:pipes:${place}:pipe/composed`, CurrentState: 'RUNNING' });
});

it.each<[string, object, RegExp]>([
  ['an enrichment', { Enrichment: 'arn' }, /Pipe\.Enrichment is not supported; supported: Description, DesiredState/],
  [
    'another source',
    { Source: `arn:aws:sqs:${place}:dead` },
    /Pipe\.Source: "arn:aws:sqs:\S+" is no ARN of a Kinesis stream/,
  ],
  ['a role that may not read', { RoleArn: { 'Fn::GetAtt': ['Unreading', 'Arn'] } }, /Pipe: .*Cannot access stream/],
])('with %s the template is refused', async (_, more, message) => {
  await expect(pipedStack({ resources: pipe(more) })).rejects.toThrow(message);
});
