#!/usr/bin/env node
import { describeFailure, exitCodes, UsageError } from '@tidemark/ops-cli/failure';
import { CommanderError } from 'commander';
import { demonstrate } from '../demonstrate.ts';
import { demoCommand, demoOptions } from '../options.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Asked twice, it does not wait for an orderly end; what it started notices that it is gone.
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
    interruption.abort();
  });
}
// A reader that has seen enough (`demo | head`) ends it in order.
process.stdout.on('error', () => interruption.abort());
const exitCode = await main(process.argv.slice(2));
// An interrupted reader of standard input would wait for its end.
if (exitCode === exitCodes.interrupted) process.exit(exitCode);
process.exitCode = exitCode;

async function main(argv: readonly string[]): Promise<number> {
  const command = demoCommand().exitOverride();
  try {
    command.parse([...argv], { from: 'user' });
    return await demonstrate(demoOptions(command), {
      out: process.stdout,
      error: process.stderr,
      environment: process.env,
      signal: interruption.signal,
    });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    if (interruption.signal.aborted) {
      process.stderr.write('Interrupted: everything that was started is stopped.\n');
      return exitCodes.interrupted;
    }
    process.stderr.write(`${describeFailure(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}
