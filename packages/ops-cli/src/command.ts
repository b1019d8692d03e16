import type { Command } from 'commander';
import type { Target, TargetOptions } from './target.ts';
import type { Terminal } from './terminal.ts';

/** Options of the program itself, which stand before or after the command's name. */
export interface GlobalOptions extends TargetOptions {
  readonly json?: boolean;
}

/** What a command runs with. */
export interface Context {
  readonly terminal: Terminal;
  readonly json: boolean;
  /** Finds the stage that the options name. A command calls it once it knows that it was called rightly. */
  target(): Promise<Target>;
}

/** A command of `tidemark`: one file in `commands/`, loaded only when it is called. */
export interface TidemarkCommand<Options> {
  /** Arguments, options and an example. Adds no action. */
  define(command: Command): Command;
  /** Returns the exit code. `args` are the command's own arguments. */
  run(options: Options, args: readonly string[], context: Context): Promise<number>;
}
