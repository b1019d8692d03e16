import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const app = fileURLToPath(new URL('../../infra/dist/bin/app.js', import.meta.url));

/** Whether a template agrees with CloudFormation's schemas the tests of infra look at: it takes two thirds of a synth. */
const CDK_CONTEXT_JSON = JSON.stringify({ '@aws-cdk/core:validateAgainstDefaultRules': false });

/** Synthesizes one of the tests' own configurations, as the app does it, into a new folder. */
export async function synthesize(name: 'tidemark' | 'windows' = 'tidemark'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-demo-'));
  const configuration = fileURLToPath(new URL(`${name}.config.ts`, import.meta.url));
  const env = { ...process.env, TIDEMARK_CONFIG: configuration, TIDEMARK_OUT: folder, CDK_CONTEXT_JSON };
  await promisify(execFile)(process.execPath, [app], { env });
  return folder;
}
