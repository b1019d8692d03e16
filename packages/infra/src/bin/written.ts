#!/usr/bin/env node
/**
 * Says where a cloud assembly lies, that of this package unless told, and what its constructs warn of: turbo holds back what a synthesis says that succeeds, and
 * does not repeat it where nothing has changed.
 */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { warningsOf } from '../warnings.ts';

const assembly = new CloudAssembly(process.argv[2] ?? fileURLToPath(new URL('../../cdk.out', import.meta.url)));
process.stderr.write(warningsOf(assembly.stacks));
process.stdout.write(`Written: ${relative('.', assembly.directory)}\n`);
