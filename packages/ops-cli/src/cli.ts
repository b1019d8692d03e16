import { Command, CommanderError } from 'commander';
import type { Context, GlobalOptions, TidemarkCommand } from './command.ts';
import { describeFailure, exitCodes, UsageError } from './failure.ts';
import { resolveTarget, type Target } from './target.ts';
import type { Terminal } from './terminal.ts';

type AnyCommand = TidemarkCommand<Record<string, unknown>>;

/** Every command with its summary; its file is loaded only when it is called. */
const commands: Readonly<Record<string, { readonly summary: string; load(): Promise<AnyCommand> }>> = {
  produce: {
    summary: 'put events on a stream, from a file or from the generator',
    load: async () => erased((await import('./commands/produce.ts')).produceCommand),
  },
  counters: {
    summary: 'show or export what was counted',
    load: async () => erased((await import('./commands/counters.ts')).countersCommand),
  },
  windows: {
    summary: 'show or export what windows of arrival time added up',
    load: async () => erased((await import('./commands/windows.ts')).windowsCommand),
  },
  status: {
    summary: 'show how far counting is and what is wrong',
    load: async () => erased((await import('./commands/status.ts')).statusCommand),
  },
};

/** The options of a command are what its own `define` made commander parse: the one place where that is taken on trust. */
function erased<Options>(command: TidemarkCommand<Options>): AnyCommand {
  return command as unknown as AnyCommand;
}

/** How to find the stage; tests put another one in its place. */
export type FindTarget = (options: GlobalOptions) => Promise<Target>;

/** Runs `tidemark` with its arguments and returns the exit code. Prints everything itself, failures included. */
export async function runCli(
  argv: readonly string[],
  terminal: Terminal,
  findTarget: FindTarget = resolveTarget,
): Promise<number> {
  let exitCode: number = exitCodes.fine;
  const program = programFor(terminal);
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).summary(summary).description(sentence(summary));
    if (!argv.includes(name)) continue;
    const loaded = await load();
    loaded.define(command).action(async () => {
      const globals = program.opts<GlobalOptions>();
      const context: Context = { terminal, json: globals.json === true, target: () => findTarget(globals) };
      exitCode = await loaded.run(command.opts(), command.args, context);
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    terminal.note(`${describeFailure(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

function programFor(terminal: Terminal): Command {
  return new Command('tidemark')
    .description('Operate Tidemark: event counts and windows from Kinesis, in DynamoDB and CloudWatch.')
    .option('--local', 'reach the engine that runs on this machine instead of AWS')
    .option('--stage <name>', 'the stage: stack Tidemark-<name> (default: dev)')
    .option('--region <name>', 'AWS region (default: as the AWS CLI finds it)')
    .option('--profile <name>', 'AWS profile (default: as the AWS CLI finds it)')
    .option('--json', 'print one JSON document instead of text')
    .configureHelp({ showGlobalOptions: true, helpWidth: 100 })
    .configureOutput({ writeOut: (text) => terminal.write(text), writeErr: (text) => terminal.note(text) })
    .showHelpAfterError('(--help shows what is possible)')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      '\nExample:\n  $ tidemark --local counters "page view" --bucket 1h --from 24h\n\nExit codes: 0 all is well, 1 failed or something is wrong, 2 called wrongly, 130 interrupted.',
    );
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
