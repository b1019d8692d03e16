import { escalationPlan } from '@tidemark/core/incidents/plan';
import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { exitCodes } from '../../failure.ts';
import { readChart } from '../../incidents/chart.ts';
import { withIncidentClients } from '../../incidents/clients.ts';
import { alarmOf, readDeploymentIfPossible, runbookOf } from '../../incidents/deployed.ts';
import { shownJson } from '../../incidents/json.ts';
import { type ShownIncident, showText } from '../../incidents/show-text.ts';
import { parseIncident, requireIncident } from '../../incidents/stored.ts';
import { commandOf, requireIncidents } from '../../target.ts';

interface ShowOptions {
  readonly source?: string;
}

export const showIncidentCommand: TidemarkCommand<ShowOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Show one incident, open or ended: what it is, since when, how far from the threshold, the events around the moment at which it turned on, what was sent to whom and when, and how to answer it.',
      )
      .argument('<incident>', 'its id, as messages and list have it', parseIncident)
      .option('--source <name>', "the source of the incident, or '$stage' (default: whichever has it)")
      .addHelpText('after', '\nExample:\n  $ tidemark --stage prod incidents show 20261120T091000Z-0a1b2c3d'),

  run: async (options, [incident = ''], context) => {
    const { terminal, json } = context;
    const target = await context.target();
    requireIncidents(target);
    return withIncidentClients(target.client, async ({ tables }) => {
      const found = await requireIncident(target, tables, options.source, incident);
      const deployment = await readDeploymentIfPossible(target, context, 'links and chart are not shown');
      const alarm = alarmOf(deployment, found.item);
      const nowMs = await target.nowMs();
      const runbook = runbookOf(target);
      const source = target.sources.find(({ name }) => name === found.source);
      const chart =
        source === undefined || alarm?.series === undefined
          ? undefined
          : await readChart(tables, source, alarm.series, found.item.OpenedMs, nowMs);
      const shown: ShownIncident = {
        ...{ ...found, nowMs, command: commandOf(target) },
        ...(deployment === undefined ? {} : { plan: escalationPlan(deployment.escalation, found.item.Severity) }),
        ...(alarm === undefined ? {} : { alarm }),
        ...(runbook === undefined ? {} : { runbook }),
        ...(chart === undefined ? {} : { chart }),
      };
      terminal.write(json ? `${JSON.stringify(shownJson(shown))}\n` : showText(shown, terminal.columns));
      return exitCodes.fine;
    });
  },
};
