import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { javaOf } from '@tidemark/local/services/dynamodb/java';
import { startDynamoDbServer } from '@tidemark/local/services/dynamodb/server';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { bundleFunctions } from '../build/bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Endpoint of DynamoDB Local. */
    dynamodb: string;
    /** Folder of the functions' bundles, a folder each. */
    bundles: string;
    /** File of what runs in an instance's thread, ready to be loaded: there are many instances. */
    instanceWorker: string;
  }
}

/** Makes what all test files use, once: DynamoDB Local, in memory, which needs Java 17, and the bundles. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const bundles = mkdtempSync(join(tmpdir(), 'tidemark-bundles-'));
  const instanceWorker = join(bundles, 'instance-worker.mjs');
  const [dynamodb] = await Promise.all([
    startDynamoDbServer({ java: javaOf(process.env), separate: true }),
    bundleFunctions(bundles),
    build({
      entryPoints: [new URL('./instance-worker.ts', import.meta.url).pathname],
      outfile: instanceWorker,
      format: 'esm',
    }),
  ]);
  provide('dynamodb', `http://127.0.0.1:${dynamodb.port}`);
  provide('bundles', bundles);
  provide('instanceWorker', instanceWorker);
  return async () => {
    await dynamodb.stop();
    rmSync(bundles, { recursive: true });
  };
}
