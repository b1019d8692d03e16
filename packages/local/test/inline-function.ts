import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FunctionDefinition } from '../src/lambda/definition.ts';

/** A function whose code is written where it is tried, in a folder of its own that `remove` deletes. */
export interface InlineFunction {
  readonly definition: FunctionDefinition;
  remove(): void;
}

/** Writes `code` to `index.mjs`, or to the file named; `overrides` replace defaults of 256 MB and 10 s. */
export function inlineFunction(
  code: string,
  overrides: Partial<FunctionDefinition> = {},
  file = 'index.mjs',
): InlineFunction {
  const codeFolder = mkdtempSync(path.join(tmpdir(), 'tidemark-function-'));
  writeFileSync(path.join(codeFolder, file), code);
  const functionName = overrides.functionName ?? 'inline';
  const definition: FunctionDefinition = {
    functionName,
    functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    codeFolder,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    description: '',
    role: 'arn:aws:iam::000000000000:role/inline',
    architecture: 'arm64',
    memoryMb: 256,
    timeoutSeconds: 10,
    environment: {},
    reservedConcurrency: undefined,
    logFormat: 'Text',
    logLevel: undefined,
    logGroupName: `/aws/lambda/${functionName}`,
    accessKeyId: 'LOCALINLINE',
    codeSha256: '',
    ...overrides,
  };
  return { definition, remove: () => rmSync(codeFolder, { recursive: true, force: true }) };
}
