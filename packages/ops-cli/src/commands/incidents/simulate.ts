import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { exitCodes } from '../../failure.ts';
import { withIncidentClients } from '../../incidents/clients.ts';
import { readDeployment, runbookOf } from '../../incidents/deployed.ts';
import { controlTableOf, partitionsOf } from '../../incidents/partition.ts';
import { readSilences } from '../../incidents/silences.ts';
import { chooseAlarm, renderSimulated, simulate, simulatedJson } from '../../incidents/simulated.ts';
import { type Moment, parseMoment, spanOf } from '../../option.ts';
import { requireIncidents } from '../../target.ts';

interface SimulateOptions {
  readonly alarm: string;
  readonly at?: Moment;
  readonly source?: string;
}

export const simulateCommand: TidemarkCommand<SimulateOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Print who would be told when if an alarm turned on, stayed on and nobody answered: by the deployed escalation, its office hours and maintenance, and by the silences that there are. Nobody is told.',
      )
      .requiredOption('--alarm <name>', 'the alarm, with or without stack and source in front')
      .option('--at <time>', 'when it would turn on: 2026-11-21T03:00Z (default: now)', parseMoment)
      .option('--source <name>', "the source of the alarm, or '$stage' (default: whichever has it)")
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local incidents simulate --alarm "few page views"\n  $ tidemark --stage prod incidents simulate --alarm "few page views" --at 2026-11-21T03:00Z\n\nExit codes: 0 somebody would be told, 1 nobody would.',
      ),

  run: async (options, _args, { target: findTarget, terminal, json }) => {
    const target = await findTarget();
    requireIncidents(target);
    // A source that there is none of is refused before its alarms are.
    partitionsOf(target, options.source);
    const nowMs = await target.nowMs();
    const { fromMs: atMs = nowMs } = spanOf(options.at, undefined, nowMs);
    const deployment = await readDeployment(target);
    const alarm = chooseAlarm(deployment, options.alarm, options.source);
    const silences = await withIncidentClients(target.client, ({ tables }) =>
      readSilences(tables, controlTableOf(target)),
    );
    const runbook = runbookOf(target);
    const simulated = {
      ...simulate(deployment, alarm, silences, atMs),
      ...(runbook === undefined ? {} : { runbook }),
    };
    if (json) terminal.write(`${JSON.stringify(simulatedJson(simulated))}\n`);
    else terminal.write(renderSimulated(simulated, terminal.columns));
    return simulated.told.length === 0 ? exitCodes.failed : exitCodes.fine;
  },
};
