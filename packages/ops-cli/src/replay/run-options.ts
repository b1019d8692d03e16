import { type Command, InvalidArgumentError, Option } from 'commander';

/** Longer texts do not help whoever lists runs. */
const reasonCharactersMax = 500;

/** The options that replays and backfills share (RunOptions). */
export function withRunOptions(
  command: Command,
  sourceMeaning = 'the source to count again (default: the first)',
): Command {
  return command
    .option('--source <name>', sourceMeaning)
    .option('--reason <text>', 'why, for whoever looks at the run later', parseReason)
    .addOption(new Option('--verify', 'compare and change nothing; asks nothing').conflicts('force'))
    .option('--force', 'switch although nothing differs')
    .option('--detach', 'start it and do not follow it')
    .option('--yes', 'do not ask');
}

export function parseReason(text: string): string {
  if (text.trim() !== '' && text.length <= reasonCharactersMax) return text;
  throw new InvalidArgumentError(`Expected 1 to ${reasonCharactersMax} characters.`);
}
