#!/usr/bin/env node
import { runCli } from '../cli.ts';
import { exitCodes } from '../failure.ts';
import { processTerminal } from '../terminal.ts';

// A reader that has seen enough (`tidemark counters | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.fine : exitCodes.failed);
});

const exitCode = await runCli(process.argv.slice(2), processTerminal());
// An interrupted reader of standard input would wait for its end.
if (exitCode === exitCodes.interrupted) process.exit(exitCode);
process.exitCode = exitCode;
