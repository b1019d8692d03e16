import type { ReplaySettings } from '@tidemark/core/replay/settings';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, type IChainable, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { App, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../../test/check-definition.ts';
import { backfillDefinition } from './backfill.ts';
import { type MachineProps, replayDefinition } from './replay.ts';
import { undoDefinition } from './undo.ts';

const web: ReplaySettings = {
  source: 'web',
  seriesTable: 'series',
  controlTable: 'control',
  bucket: 'data',
  streamArn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/web',
  recountFunction: 'arn:aws:lambda:eu-west-1:123456789012:function:recount',
  pipeRoleArn: 'arn:aws:iam::123456789012:role/pipes',
  pipePrefix: 'Tidemark-dev',
  sizes: ['1m', '1h'],
  publishSize: '1m',
  mappings: [{ consumer: 'count', mapping: '11111111-2222-3333-4444-555555555555' }],
  holdSeconds: 67,
  recountDrainSeconds: 127,
  archive: true,
};

type Definition = (scope: Construct, props: MachineProps) => IChainable;
const definitions: [string, Definition][] = [
  ['replay', replayDefinition],
  ['backfill', backfillDefinition],
  ['undo', undoDefinition],
];

/** The definition as CloudFormation hands it to Step Functions, in a partition of its own name. */
function synthesized(definition: Definition): Record<string, unknown> {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  const replay = LambdaFunction.fromFunctionArn(
    stack,
    'Replay',
    'arn:aws:lambda:eu-west-1:123456789012:function:replay',
  );
  new StateMachine(stack, 'Machine', {
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(definition(stack, { sources: { web }, replay })),
  });
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const text = machine?.Properties.DefinitionString['Fn::Join'][1] as (string | { Ref: string })[];
  return JSON.parse(text.map((part) => (typeof part === 'string' ? part : 'aws')).join(''));
}

describe.each(definitions)('the definition of %s', (name, definition) => {
  it('is what was reviewed', async () => {
    const json = JSON.stringify(synthesized(definition), null, 2);
    await expect(`${json}\n`).toMatchFileSnapshot(`../../test/definitions/${name}.golden.json`);
  });

  it('is one that Step Functions takes', () => {
    expect(checkDefinition(JSON.stringify(synthesized(definition)))).toMatchObject({ ok: true });
  });

  it('uses no JSONPath', () => {
    const text = JSON.stringify(synthesized(definition));
    expect(text).not.toMatch(/"(?:ResultPath|InputPath|OutputPath|Parameters|ResultSelector)"|"\w+\.\$":/);
  });
});
