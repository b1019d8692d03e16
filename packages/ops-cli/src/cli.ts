import { Command, CommanderError } from 'commander';
import type { Context, GlobalOptions, TidemarkCommand } from './command.ts';
import { describeFailure, exitCodes, UsageError } from './failure.ts';
import { resolveTarget, type Target } from './target.ts';
import type { Terminal } from './terminal.ts';

type AnyCommand = TidemarkCommand<Record<string, unknown>>;

/** A command with its summary; its file is loaded only when it is called. */
interface Listed {
  readonly summary: string;
  load(): Promise<AnyCommand>;
}

/** Commands that are called by two words: `replay start`. */
interface Group {
  readonly summary: string;
  /** What is said below the list of its commands. */
  readonly example: string;
  readonly commands: Readonly<Record<string, Listed>>;
}

const commands: Readonly<Record<string, Listed | Group>> = {
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
  replay: {
    summary: 'count again from the stream, compare, and switch to what is right',
    example: '$ tidemark --local replay start --from trim-horizon --verify',
    commands: {
      start: {
        summary: 'count again beside what people read, and switch where something differs',
        load: async () => erased((await import('./commands/replay/start.ts')).startReplayCommand),
      },
      status: {
        summary: 'show a run and how it ended, or follow it',
        load: async () => erased((await import('./commands/replay/status.ts')).runStatusCommand),
      },
      list: {
        summary: 'list the runs: replays, verifications, backfills and undos',
        load: async () => erased((await import('./commands/replay/list.ts')).listRunsCommand),
      },
      cancel: {
        summary: 'end a run that has not switched',
        load: async () => erased((await import('./commands/replay/cancel.ts')).cancelRunCommand),
      },
      undo: {
        summary: 'give back what a run replaced',
        load: async () => erased((await import('./commands/replay/undo.ts')).undoRunCommand),
      },
    },
  },
  backfill: {
    summary: 'count again from the archive what the stream no longer holds',
    example: '$ tidemark --stage prod backfill start --from 2026-10-01 --to 2026-10-08',
    commands: {
      start: {
        summary: 'count a range again from the archive, and switch where something differs',
        load: async () => erased((await import('./commands/backfill/start.ts')).startBackfillCommand),
      },
    },
  },
  quarantine: {
    summary: 'show what was set aside, and put it on the stream anew',
    example: '$ tidemark --local quarantine list --since 2d',
    commands: {
      list: {
        summary: 'list what was set aside, and why',
        load: async () => erased((await import('./commands/quarantine/list.ts')).listQuarantineCommand),
      },
      show: {
        summary: 'show one object of it',
        load: async () => erased((await import('./commands/quarantine/show.ts')).showQuarantineCommand),
      },
      resubmit: {
        summary: 'put it on the stream anew, each event once',
        load: async () => erased((await import('./commands/quarantine/resubmit.ts')).resubmitQuarantineCommand),
      },
    },
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
  const add = async (parent: Command, name: string, { summary, load }: Listed): Promise<void> => {
    const command = described(parent, name, summary);
    if (!argv.includes(name)) return;
    const loaded = await load();
    loaded.define(command).action(async () => {
      const globals = program.opts<GlobalOptions>();
      const context: Context = { terminal, json: globals.json === true, target: () => findTarget(globals) };
      exitCode = await loaded.run(command.opts(), command.args, context);
    });
  };
  for (const [name, listed] of Object.entries(commands)) {
    if (!('commands' in listed)) await add(program, name, listed);
    else {
      const group = described(program, name, listed.summary).addHelpText('after', `\nExample:\n  ${listed.example}`);
      if (!argv.includes(name)) continue;
      for (const [word, each] of Object.entries(listed.commands)) await add(group, word, each);
    }
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
      '\nExample:\n  $ tidemark --local counters "page view" --bucket 1h --from 24h\n\nExit codes: 0 all is well, 1 failed or something is wrong, 2 called wrongly,\n3 a verification found differences, 130 interrupted.',
    );
}

function described(parent: Command, name: string, summary: string): Command {
  return parent.command(name).summary(summary).description(sentence(summary));
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
