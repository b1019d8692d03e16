import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { exitCodes } from '../../failure.ts';
import { withIncidentClients } from '../../incidents/clients.ts';
import { silenceJson } from '../../incidents/json.ts';
import { controlTableOf } from '../../incidents/partition.ts';
import { readSilences, renderSilences } from '../../incidents/silences.ts';
import { requireIncidents } from '../../target.ts';

interface ListOptions {
  readonly all?: boolean;
}

export const listSilencesCommand: TidemarkCommand<ListOptions> = {
  define: (command: Command) =>
    command
      .description('List the silences that hold now or are to come, in the order in which they were set.')
      .option('--all', 'also those that are over; they are kept for 30 days at least')
      .addHelpText('after', '\nExample:\n  $ tidemark --stage prod incidents silence list'),

  run: async ({ all }, _args, { target: findTarget, terminal, json }) => {
    const target = await findTarget();
    requireIncidents(target);
    const nowMs = await target.nowMs();
    const found = await withIncidentClients(target.client, ({ tables }) =>
      readSilences(tables, controlTableOf(target)),
    );
    const shown = found.filter(({ item }) => all === true || item.ToMs > nowMs);
    if (json) terminal.write(`${JSON.stringify({ silences: shown.map(silenceJson) })}\n`);
    else if (shown.length === 0) terminal.note('There is no silence.\n');
    else terminal.write(renderSilences(shown, terminal.columns));
    return exitCodes.fine;
  },
};
