import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { exitCodes, Failure } from '../../failure.ts';
import { withIncidentClients } from '../../incidents/clients.ts';
import { silenceJson } from '../../incidents/json.ts';
import { controlTableOf } from '../../incidents/partition.ts';
import { ofWhat, parseSilence, putSilence, readSilences } from '../../incidents/silences.ts';
import { printable, renderInstant } from '../../render.ts';
import { commandOf, requireIncidents } from '../../target.ts';

export const endSilenceCommand: TidemarkCommand<Record<never, never>> = {
  define: (command: Command) =>
    command
      .description(
        'End a silence now, or one that is to come before it begins. What it has held, and whose alarm is still on, is told within five minutes.',
      )
      .argument('<silence>', 'its id, as silence list shows it', parseSilence)
      .addHelpText(
        'after',
        '\nExample:\n  $ tidemark --stage prod incidents silence end 20261120T091500Z-0a1b2c3d\n\nExit codes: 0 it is over, 1 there is none.',
      ),

  run: async (_options, [id = ''], { target: findTarget, terminal, json }) => {
    const target = await findTarget();
    requireIncidents(target);
    const nowMs = await target.nowMs();
    return withIncidentClients(target.client, async ({ tables }) => {
      const table = controlTableOf(target);
      const found = (await readSilences(tables, table)).find((silence) => silence.id === id);
      if (found === undefined)
        throw new Failure(
          `There is no silence ${id}. See which there are: ${commandOf(target)} incidents silence list --all`,
        );
      const isNew = found.item.ToMs > nowMs;
      // One that has not begun never does.
      const span = { FromMs: Math.min(found.item.FromMs, nowMs), ToMs: nowMs };
      const ended = isNew ? { id, item: { ...found.item, ...span } } : found;
      if (isNew) await putSilence(tables, table, ended);
      const of = printable(ofWhat(ended.item));
      if (json) terminal.write(`${JSON.stringify({ ...silenceJson(ended), changed: isNew })}\n`);
      else
        terminal.write(
          isNew
            ? `Silence ${id} of ${of} is over.\n`
            : `Silence ${id} of ${of} was over at ${renderInstant(ended.item.ToMs)}.\n`,
        );
      return exitCodes.fine;
    });
  },
};
