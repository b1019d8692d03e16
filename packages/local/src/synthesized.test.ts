import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { parseDeployedSource } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import { startEngine } from './engine.ts';
import { isPublished } from './services/cloudwatch/alarms/unpublished.ts';
import { sortDimensions } from './services/cloudwatch/metric.ts';
import { published } from './services/cloudwatch/published.ts';

const assembly = join(import.meta.dirname, '../../infra/cdk.out');
const isThere = existsSync(join(assembly, 'manifest.json'));
if (!isThere) process.stderr.write(`Skipped: no cloud assembly in ${assembly}; make one with npx -y pnpm@12 synth\n`);

test.skipIf(!isThere)(
  'the synthesized stack runs, its outputs name what is there, and its dashboards draw what is published',
  async () => {
    const engine = await startEngine({ assembly });
    try {
      const client = new CloudFormationClient({
        endpoint: engine.endpoint,
        region: 'x',
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      });
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: engine.stackName }));
      client.destroy();
      const outputs = Stacks?.[0]?.Outputs?.filter(({ OutputKey }) => OutputKey?.startsWith('Source')) ?? [];
      expect(outputs.length).toBeGreaterThan(0);
      const physicalIds = engine.deployment.resources.map(({ physicalId }) => physicalId);
      for (const { OutputValue = '' } of outputs) {
        const { stream, seriesTable, controlTable, bucket, count, window, publish } = parseDeployedSource(OutputValue);
        const functions = [count, window?.function, publish].filter((name) => name !== undefined);
        expect(functions.length).toBeGreaterThanOrEqual(2);
        const named = [stream, seriesTable, controlTable, bucket, ...functions];
        expect(physicalIds).toEqual(expect.arrayContaining(named));
      }
      for (const metric of engine.services.metrics.dashboards().flatMap(({ body }) => metricsOf(body))) {
        expect([metric, isPublished(metric, published)]).toEqual([metric, true]);
      }
      await engine.idle();
    } finally {
      await engine.stop();
    }
  },
);

type Row = readonly [namespace: unknown, metricName?: unknown, ...rest: unknown[]];

/** The metrics of AWS's services that a dashboard draws. */
function metricsOf(body: string) {
  const { widgets } = JSON.parse(body) as { widgets: { properties: { metrics?: readonly Row[] } }[] };
  const rows = widgets.flatMap(({ properties }) => properties.metrics ?? []);
  const metrics = rows
    .filter(([namespace]) => String(namespace).startsWith('AWS/'))
    .map(([namespace, metricName, ...rest]) => {
      const texts = rest.filter((each) => typeof each === 'string');
      const dimensions = texts.flatMap((name, at) => (at % 2 === 0 ? [{ name, value: texts[at + 1] ?? '' }] : []));
      return { namespace: String(namespace), metricName: String(metricName), dimensions: sortDimensions(dimensions) };
    });
  expect(metrics.length).toBeGreaterThan(0);
  return metrics;
}
