#!/usr/bin/env node
import { CommanderError } from 'commander';
import { localCommand } from '../local-command.ts';

const command = localCommand(process.env).exitOverride();
try {
  await command.parseAsync();
} catch (error) {
  // Commander has said already what was wrong with the arguments, or has shown the help.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
