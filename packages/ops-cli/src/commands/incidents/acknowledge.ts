import { acknowledge } from '@tidemark/core/incidents/answer';
import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { exitCodes } from '../../failure.ts';
import { answerIncident } from '../../incidents/answer.ts';
import { withIncidentClients } from '../../incidents/clients.ts';
import { incidentJson } from '../../incidents/json.ts';
import { parseIncident, requireIncident } from '../../incidents/stored.ts';
import { acknowledgedSentence } from '../../incidents/wording.ts';
import { operatorName } from '../../operator.ts';
import { printable } from '../../render.ts';
import { parseReason } from '../../replay/run-options.ts';
import { requireIncidents } from '../../target.ts';

interface AcknowledgeOptions {
  readonly source?: string;
  readonly note?: string;
}

export const acknowledgeCommand: TidemarkCommand<AcknowledgeOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Take an incident on: nobody else is told, unless its alarm is still on long after. Once more by anybody changes nothing.',
      )
      .argument('<incident>', 'its id, as messages and list have it', parseIncident)
      .option('--note <text>', 'what you know or do, for whoever looks at it', parseReason)
      .option('--source <name>', "the source of the incident, or '$stage' (default: whichever has it)")
      .addHelpText(
        'after',
        '\nExample:\n  $ tidemark --stage prod incidents acknowledge 20261120T091000Z-0a1b2c3d --note "looking at the shop"\n\nExit codes: 0 it is acknowledged, by you or before, 1 it has ended, or there is none.',
      ),

  run: async (options, [incident = ''], { target: findTarget, terminal, json }) => {
    const target = await findTarget();
    requireIncidents(target);
    return withIncidentClients(target.client, async (clients) => {
      const found = await requireIncident(target, clients.tables, options.source, incident);
      const said = {
        ...({ by: operatorName() ?? 'somebody', how: 'command', nowMs: await target.nowMs() } as const),
        ...(options.note === undefined ? {} : { note: options.note }),
      };
      const answered = await answerIncident({ target, clients, terminal }, found, (item) => acknowledge(item, said));
      if (json) terminal.write(`${JSON.stringify({ ...incidentJson(answered.found), changed: answered.isNew })}\n`);
      else {
        const before = answered.isNew ? '' : 'It was so before, and nothing was changed. ';
        terminal.write(`${incident}: ${before}${printable(acknowledgedSentence(answered.found.item))}\n`);
      }
      return exitCodes.fine;
    });
  },
};
