import { isEnded } from '@tidemark/core/incidents/incident';
import { type Command, Option } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { exitCodes } from '../../failure.ts';
import { withIncidentClients } from '../../incidents/clients.ts';
import { incidentJson } from '../../incidents/json.ts';
import { inOrder, renderIncidents } from '../../incidents/list-text.ts';
import { partitionWord } from '../../incidents/partition.ts';
import { readableIncidentsSince } from '../../incidents/stored.ts';
import { type Moment, parseMoment, spanOf } from '../../option.ts';
import { startProgress } from '../../progress.ts';
import { commandOf, requireIncidents } from '../../target.ts';

interface ListOptions {
  readonly source?: string;
  readonly since?: Moment;
  readonly all?: boolean;
}

const sinceDefault: Moment = { agoMs: 7 * 86_400_000 };

export const listIncidentsCommand: TidemarkCommand<ListOptions> = {
  define: (command: Command) =>
    command
      .description(
        'List the incidents: first those that are not over, of whatever age, then those that ended, each the newest first.',
      )
      .option('--source <name>', "only those of this source, or of '$stage' (default: all)")
      .option(
        '--since <time>',
        'of those that ended, the ones that began from this on: 2026-11-20, 2026-11-20T09:00:00Z, or 6h, 30d ago (default: 7d)',
        parseMoment,
      )
      .addOption(new Option('--all', 'every one there ever was').conflicts('since'))
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local incidents list\n  $ tidemark --stage prod incidents list --since 30d --json | jq ".incidents[].what"',
      ),

  run: async ({ source, since = sinceDefault, all }, _args, { target: findTarget, terminal, json }) => {
    const target = await findTarget();
    requireIncidents(target);
    const nowMs = await target.nowMs();
    const { fromMs = 0 } = all === true ? {} : spanOf(since, undefined, nowMs);
    const progress = startProgress(terminal, () => 'Reading incidents ...');
    const { incidents, unreadable } = await withIncidentClients(target.client, ({ tables }) =>
      readableIncidentsSince(target, tables, source, fromMs),
    ).finally(() => progress.stop());
    const shown = inOrder(incidents);
    const open = shown.filter(({ item }) => !isEnded(item));
    const beside = unreadable.length === 0 ? {} : { unreadable };
    if (json)
      terminal.write(`${JSON.stringify({ open: open.length, incidents: shown.map(incidentJson), ...beside })}\n`);
    else if (shown.length === 0)
      terminal.note(
        all === true ? 'There was no incident yet.\n' : 'There is no incident of that time, and none is open.\n',
      );
    else {
      terminal.write(renderIncidents(shown, nowMs, terminal.columns));
      if (open.length > 0) terminal.note(`Take one on: ${commandOf(target)} incidents acknowledge INCIDENT\n`);
    }
    if (unreadable.length > 0)
      terminal.note(
        `Not shown, since these credentials may not read it: ${unreadable.map(partitionWord).join(', ')}.\n`,
      );
    return exitCodes.fine;
  },
};
