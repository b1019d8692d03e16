#!/usr/bin/env node
/**
 * The CDK app. Writes the cloud assembly of one stage; needs no credentials and no network.
 *
 * TIDEMARK_CONFIG  the configuration file; default `tidemark.config.ts` at the root of the repository
 * TIDEMARK_STAGE   `dev` (default) or `prod`; the CDK context `stage` goes before it
 * TIDEMARK_OUT     the folder of the cloud assembly; default `cdk.out` of this package, or as the CDK's command line says
 *
 * Paths are relative to where the script was called (INIT_CWD, which pnpm sets).
 *
 * Exits 2 when the configuration or the stage is wrong, and says what is.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '@tidemark/core/config/resolve';
import { App } from 'aws-cdk-lib/core';
import { namedAssets, removeOldAssets } from '../assembly.ts';
import { loadConfiguration } from '../configuration.ts';
import { TidemarkStack } from '../stack.ts';
import { isStageName, stages } from '../stage.ts';
import { warningsOf } from '../warnings.ts';

const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
const { CDK_OUTDIR, INIT_CWD = '.', TIDEMARK_CONFIG, TIDEMARK_OUT, TIDEMARK_STAGE } = process.env;

try {
  const app = new App({
    outdir: CDK_OUTDIR ?? resolve(INIT_CWD, TIDEMARK_OUT ?? resolve(packageFolder, 'cdk.out')),
    analyticsReporting: false,
    autoSynth: false,
    context: {
      // The template names the folder of a function's code: the local engine runs it from there.
      'aws:cdk:enable-asset-metadata': true,
      // What disagrees with CloudFormation's schemas fails here instead of at deployment.
      '@aws-cdk/core:validateAgainstDefaultRules': true,
    },
  });
  const stage: string = app.node.tryGetContext('stage') ?? TIDEMARK_STAGE ?? 'dev';
  if (!isStageName(stage)) {
    throw new ConfigurationError([
      `stage: ${JSON.stringify(stage)} is not a stage; expected ${Object.keys(stages).join(' or ')}`,
    ]);
  }
  const config = await loadConfiguration(
    resolve(INIT_CWD, TIDEMARK_CONFIG ?? resolve(packageFolder, '../../tidemark.config.ts')),
  );
  new TidemarkStack(app, config, stages[stage]);
  const before = namedAssets(app.outdir);
  const { stacks } = app.synth();
  // Run by the CDK's command line, they are its to tell.
  if (CDK_OUTDIR === undefined) process.stderr.write(warningsOf(stacks));
  removeOldAssets(app.outdir, before);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
