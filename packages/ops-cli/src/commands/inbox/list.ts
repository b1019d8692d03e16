import { setTimeout as wait } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { Context, TidemarkCommand } from '../../command.ts';
import { exitCodes } from '../../failure.ts';
import {
  type Channel,
  channels,
  type EngineInbox,
  type InboxMessage,
  type InboxSelection,
  inboxOf,
} from '../../inbox/engine-inbox.ts';
import { lineText, listText } from '../../inbox/text.ts';
import { interruptible } from '../../interruptible.ts';
import { wholeNumber } from '../../option.ts';
import { renderAmount } from '../../render.ts';

interface ListOptions {
  readonly channel?: Channel;
  readonly to?: string;
  readonly limit: number;
  readonly follow?: boolean;
}

const limitDefault = 50;
const limitMax = 10_000;
/** Between two looks. */
const pauseMs = 500;

export const listInboxCommand: TidemarkCommand<ListOptions> = {
  define: (command: Command) =>
    command
      .description(
        'List what a local engine would have sent to people: e-mail, text messages, and posts to other machines.',
      )
      .addOption(new Option('--channel <name>', 'only what went this way').choices(channels))
      .option('--to <address>', 'only what went to this address or number')
      .option('--limit <n>', 'the newest so many', wholeNumber(1, limitMax), limitDefault)
      .option('--follow', 'then show what comes until Ctrl-C; with --json one message a line')
      .addHelpText('after', '\nExample:\n  $ tidemark --local inbox --follow'),

  run: async ({ channel, to, limit, follow }, _args, context) => {
    const inbox = inboxOf(await context.target());
    const selection = { ...(channel === undefined ? {} : { channel }), ...(to === undefined ? {} : { to }) };
    const all = await inbox.list(selection);
    const newest = all.slice(-limit);
    if (follow === true) return followInbox(inbox, selection, newest, context);
    const { terminal, json } = context;
    if (json) terminal.write(`${JSON.stringify({ messages: newest })}\n`);
    else if (newest.length === 0) terminal.note('Nothing has arrived.\n');
    else {
      terminal.write(listText(newest, terminal.columns));
      if (all.length > newest.length)
        terminal.note(
          `${renderAmount(all.length - newest.length, 'older message is', 'older messages are')} not shown (--limit).\n`,
        );
    }
    return exitCodes.fine;
  },
};

/** Ends with Ctrl-C, which is what one does with it. */
async function followInbox(
  inbox: EngineInbox,
  selection: InboxSelection,
  first: readonly InboxMessage[],
  { terminal, json }: Context,
): Promise<number> {
  const signal = terminal.interruption();
  let messages = first;
  let after = 0;
  try {
    for (;;) {
      for (const message of messages) {
        terminal.write(json ? `${JSON.stringify(message)}\n` : lineText(message, terminal.columns));
      }
      after = messages.at(-1)?.id ?? after;
      await wait(pauseMs, undefined, { signal });
      messages = await interruptible(inbox.list({ ...selection, after }), signal);
    }
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    throw error;
  }
}
