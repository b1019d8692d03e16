import { resolve } from '@tidemark/core/incidents/answer';
import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { type Confirmation, declined, requireAnswer } from '../../confirm.ts';
import { exitCodes } from '../../failure.ts';
import { answerIncident } from '../../incidents/answer.ts';
import { withIncidentClients } from '../../incidents/clients.ts';
import { incidentJson } from '../../incidents/json.ts';
import { parseIncident, requireIncident } from '../../incidents/stored.ts';
import { endedSentence } from '../../incidents/wording.ts';
import { operatorName } from '../../operator.ts';
import { printable } from '../../render.ts';
import { parseReason } from '../../replay/run-options.ts';
import { requireIncidents } from '../../target.ts';

interface ResolveOptions extends Confirmation {
  readonly source?: string;
  readonly note?: string;
}

export const resolveCommand: TidemarkCommand<ResolveOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Say that an incident is over, whatever its alarm does: whoever was told of it hears that. An alarm that is still on long after is raised anew. Asks first.',
      )
      .argument('<incident>', 'its id, as messages and list have it', parseIncident)
      .option('--note <text>', 'why, for whoever was told and whoever looks at it', parseReason)
      .option('--source <name>', "the source of the incident, or '$stage' (default: whichever has it)")
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        '\nExample:\n  $ tidemark --stage prod incidents resolve 20261120T091000Z-0a1b2c3d --note "the shop was closed" --yes\n\nExit codes: 0 it is resolved, by you or before, 1 it has recovered, there is none, or the answer was no.',
      ),

  run: async (options, [incident = ''], context) => {
    requireAnswer(options, context);
    const { terminal, json } = context;
    const target = await context.target();
    requireIncidents(target);
    return withIncidentClients(target.client, async (clients) => {
      const found = await requireIncident(target, clients.tables, options.source, incident);
      const { Summary, Severity, Status } = found.item;
      const question = `${found.source}: ${printable(Summary.What)} (${Severity}) is ${Status}. Resolve it?`;
      const refusal = await declined(question, options, context);
      if (refusal !== undefined) return refusal;
      const said = {
        ...{ by: operatorName() ?? 'somebody', nowMs: await target.nowMs() },
        ...(options.note === undefined ? {} : { reason: options.note }),
      };
      const answered = await answerIncident({ target, clients, terminal }, found, (item) => resolve(item, said));
      if (json) terminal.write(`${JSON.stringify({ ...incidentJson(answered.found), changed: answered.isNew })}\n`);
      else {
        const before = answered.isNew ? '' : ' before, and nothing was changed';
        terminal.write(`${incident} ${printable(endedSentence(answered.found.item))}${before}.\n`);
      }
      return exitCodes.fine;
    });
  },
};
