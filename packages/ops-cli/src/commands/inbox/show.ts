import { type Command, InvalidArgumentError } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { exitCodes, Failure, UsageError } from '../../failure.ts';
import { inboxOf } from '../../inbox/engine-inbox.ts';
import { messageText } from '../../inbox/text.ts';
import { wholeNumber } from '../../option.ts';

const idMax = 1_000_000_000;

export const showInboxCommand: TidemarkCommand<object> = {
  define: (command: Command) =>
    command
      .description('Show one message of the inbox of a local engine: who was told, when, by what, and the text whole.')
      .argument('<id>', 'its number, as list shows it')
      .addHelpText('after', '\nExample:\n  $ tidemark --local inbox show 3'),

  run: async (_options, [given = ''], { terminal, json, target }) => {
    const id = idOf(given);
    const message = await inboxOf(await target()).get(id);
    if (message === undefined) throw new Failure(`The inbox has no message ${id}; inbox lists what there is.`);
    terminal.write(json ? `${JSON.stringify(message)}\n` : messageText(message, terminal.columns));
    return exitCodes.fine;
  },
};

function idOf(text: string): number {
  try {
    return wholeNumber(1, idMax)(text);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new UsageError(`id: ${error.message}`);
    throw error;
  }
}
