#!/usr/bin/env node
/**
 * `cdk deploy`, `cdk diff` and `cdk destroy` of one stage: `node dist/bin/cdk.js deploy --stage dev [options of cdk]`.
 * Exits as cdk does; 2 when the stage is missing or unknown.
 */
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStage } from '../arguments.ts';

const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

const [command = '', ...rest] = process.argv.slice(2);
const read = readStage(command, rest);
if (read.kind === 'mistake') {
  process.stderr.write(`${read.message}\n`);
  process.exitCode = 2;
} else {
  process.exitCode = runCdk(command, read.stage, read.others);
}

/** The assembly goes to a folder of its own: the one that the local engine runs stays as it is. */
function runCdk(command: string, stage: string, others: readonly string[]): number {
  const cdk = fileURLToPath(import.meta.resolve('aws-cdk/bin/cdk'));
  const output = ['--output', join('stages', stage, 'cdk.out')];
  const { status, error } = spawnSync(
    process.execPath,
    [cdk, command, `Tidemark-${stage}`, '--app', 'node dist/bin/app.js', ...output, ...others],
    {
      cwd: packageFolder,
      stdio: 'inherit',
      // The app runs on the Node that runs this.
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
        TIDEMARK_STAGE: stage,
      },
    },
  );
  if (error !== undefined) throw error;
  if (status !== 0 && command === 'destroy') {
    process.stderr.write(
      'A bucket that holds objects is not deleted: see "Taking a stage down" in docs/operating/deploying.md.\n',
    );
  }
  return status ?? 1;
}
