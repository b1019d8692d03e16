import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Source } from '@tidemark/core/config';
import type { Context } from 'aws-lambda';
import { bundleFunctions } from '../build/bundle.ts';

export type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** The bundles as they are deployed, in a folder of their own. */
export class Bundles {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tidemark-handlers-'));
  #instances = 0;

  async build(): Promise<void> {
    await bundleFunctions(this.#directory);
  }

  /** Loads a fresh instance, as a cold start would: nothing that another instance remembers. */
  async load(name: 'count' | 'publish', source: Source, environment: Record<string, string>): Promise<Handler> {
    writeFileSync(join(this.#directory, name, 'source.json'), JSON.stringify(source));
    Object.assign(process.env, environment);
    this.#instances += 1;
    const url = `${pathToFileURL(join(this.#directory, name, 'index.mjs'))}?instance=${this.#instances}`;
    const module: { handler: Handler } = await import(/* @vite-ignore */ url);
    return module.handler;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}

/** The parts of Lambda's context that handlers and their logger use. */
export function makeContext(remainingMs = 60_000, awsRequestId = crypto.randomUUID()): Context {
  const endsMs = Date.now() + remainingMs;
  return {
    awsRequestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'tidemark-test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tidemark-test',
    memoryLimitInMB: '256',
    logGroupName: '/aws/lambda/tidemark-test',
    logStreamName: 'test',
    getRemainingTimeInMillis: () => endsMs - Date.now(),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
