import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { parseDeployedSource } from '@tidemark/core/deployment';
import { expect, test } from 'vitest';
import { startEngine } from './engine.ts';

const assembly = join(import.meta.dirname, '../../infra/cdk.out');
const isThere = existsSync(join(assembly, 'manifest.json'));
if (!isThere) process.stderr.write(`Skipped: no cloud assembly in ${assembly}; make one with npx -y pnpm@12 synth\n`);

test.skipIf(!isThere)('the synthesized stack runs, and its outputs name what is there', async () => {
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
    await engine.idle();
  } finally {
    await engine.stop();
  }
});
