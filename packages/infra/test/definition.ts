import type { PruneSettings } from '@tidemark/core/prune/settings';
import { pruneErrors } from '@tidemark/core/prune/steps';
import type { ReplaySettings } from '@tidemark/core/replay/settings';
import { stepErrors } from '@tidemark/core/replay/step-errors';
import { Template } from 'aws-cdk-lib/assertions';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { App, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { escalateDefinition } from '../src/escalation/escalate.ts';
import { pruneDefinition } from '../src/workflows/prune.ts';
import type { MachineProps } from '../src/workflows/replay.ts';

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

/** Keeps minutes for two weeks. */
const prunedWeb: PruneSettings = {
  source: 'web',
  seriesTable: 'series',
  controlTable: 'control',
  bucket: 'data',
  streamArn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/web',
  sizes: ['1m', '1h'],
  retentionMs: { '1m': 14 * 24 * 3600 * 1000 },
  keepReplacedMs: 7 * 24 * 3600 * 1000,
  writeUnitsPerSecond: 500,
  drainSeconds: 67,
  consumers: ['count'],
};

export type Definition = (scope: Construct, props: MachineProps) => IChainable;

/** The definition as CloudFormation hands it to Step Functions, in a partition of its own name. */
export function synthesizedDefinition(definition: Definition): Record<string, unknown> {
  return synthesized((scope) =>
    definition(scope, { sources: { web }, replay: { fn: fn(scope, 'replay'), refusals: stepErrors } }),
  );
}

/** The same of pruning, of sources with these settings beside those of `web`. */
export function synthesizedPruning(
  sources: Readonly<Record<string, Partial<PruneSettings>>> = { web: {} },
): Record<string, unknown> {
  const settings = Object.fromEntries(
    Object.entries(sources).map(([source, more]) => [source, { ...prunedWeb, source, ...more }]),
  );
  return synthesized((scope) =>
    pruneDefinition(scope, { sources: settings, prune: { fn: fn(scope, 'prune'), refusals: pruneErrors } }),
  );
}

/** The same of escalation. */
export function synthesizedEscalation(): Record<string, unknown> {
  return synthesized((scope) => escalateDefinition(scope, fn(scope, 'incidents')));
}

function synthesized(definition: (scope: Construct) => IChainable): Record<string, unknown> {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  new StateMachine(stack, 'Machine', {
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(definition(stack)),
  });
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const given = machine?.Properties.DefinitionString;
  // Without a reference to the partition it is plain text.
  const text: (string | { Ref: string })[] = typeof given === 'string' ? [given] : given['Fn::Join'][1];
  return JSON.parse(text.map((part) => (typeof part === 'string' ? part : 'aws')).join(''));
}

function fn(scope: Construct, name: string): IFunction {
  return LambdaFunction.fromFunctionArn(
    scope,
    `Function ${name}`,
    `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
  );
}
