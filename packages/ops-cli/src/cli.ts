import { Command, CommanderError } from 'commander';
import type { Context, GlobalOptions } from './command.ts';
import { describeFailure, exitCodes, UsageError } from './failure.ts';
import { type AnyCommand, commands, type Group, type Listed } from './listed.ts';
import { resolveTarget, type Target } from './target.ts';
import type { Terminal } from './terminal.ts';

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
  const act = (command: Command, loaded: AnyCommand): void => {
    loaded.define(command).action(async () => {
      const globals = program.opts<GlobalOptions>();
      const context: Context = { terminal, json: globals.json === true, target: () => findTarget(globals) };
      exitCode = await loaded.run(command.opts(), command.args, context);
    });
  };
  const add = async (parent: Command, name: string, { summary, load }: Listed): Promise<void> => {
    const command = described(parent, name, summary);
    if (argv.includes(name)) act(command, await load());
  };
  const addGroup = async (parent: Command, name: string, listed: Group): Promise<void> => {
    const { summary, example, load, commands: words } = listed;
    const group = described(parent, name, summary);
    if (example !== undefined) group.addHelpText('after', `\nExample:\n  ${example}`);
    if (!argv.includes(name)) return;
    if (load !== undefined) act(asItsOwn(group), await load());
    await addAll(group, words);
  };
  const addAll = async (parent: Command, words: Readonly<Record<string, Listed | Group>>): Promise<void> => {
    for (const [name, listed] of Object.entries(words)) {
      if ('commands' in listed) await addGroup(parent, name, listed);
      else await add(parent, name, listed);
    }
  };
  await addAll(program, commands);
  try {
    await program.parseAsync(globalsFirst(program, argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    terminal.note(`${describeFailure(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

function programFor(terminal: Terminal): Command {
  const program = new Command('tidemark');
  return program
    .description('Operate Tidemark: event counts and windows from Kinesis, in DynamoDB and CloudWatch.')
    .option('--local', 'reach the engine that runs on this machine instead of AWS')
    .option('--stage <name>', 'the stage: stack Tidemark-<name> (default: dev)')
    .option('--region <name>', 'AWS region (default: as the AWS CLI finds it)')
    .option('--profile <name>', 'AWS profile (default: as the AWS CLI finds it)')
    .option('--json', 'print one JSON document instead of text')
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: 100,
      // A command of two words does not take the options of the first.
      visibleGlobalOptions: (command) => (command === program ? [] : [...program.options]),
    })
    .configureOutput({ writeOut: (text) => terminal.write(text), writeErr: (text) => terminal.note(text) })
    .showHelpAfterError('(--help shows what is possible)')
    .showSuggestionAfterError()
    .exitOverride()
    .enablePositionalOptions()
    .addHelpText(
      'after',
      '\nExample:\n  $ tidemark --local counters "page view" --bucket 1h --from 24h\n\nExit codes: 0 all is well, 1 failed or something is wrong, 2 called wrongly,\n3 a verification found differences, 130 interrupted.',
    );
}

/** Of a group that is a command by itself: its options end where one of its commands is named, and a word that names none is no argument of it. */
function asItsOwn(group: Command): Command {
  return group
    .enablePositionalOptions()
    .helpCommand(true)
    .allowExcessArguments()
    .hook('preAction', (_, called) => {
      if (called === group && group.args.length > 0) group.error(`error: unknown command '${group.args[0]}'`);
      const given = group.options.find((option) => group.getOptionValueSource(option.attributeName()) === 'cli');
      if (called !== group && given !== undefined)
        group.error(`error: ${given.long} stands before '${called.name()}', and has no meaning there`);
    });
}

/** The program's own options may stand anywhere; all others stand behind the word that they belong to. */
function globalsFirst(program: Command, argv: readonly string[]): string[] {
  const [globals, others]: [string[], string[]] = [[], []];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return [...globals, ...others, ...argv.slice(at)];
    const option = program.options.find(({ long }) => word === long || word.startsWith(`${long}=`));
    if (option === undefined) others.push(word);
    else globals.push(word);
    if (option?.required && word === option.long && at + 1 < argv.length) globals.push(argv[++at] ?? '');
  }
  return [...globals, ...others];
}

function described(parent: Command, name: string, summary: string): Command {
  return parent.command(name).summary(summary).description(sentence(summary));
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
