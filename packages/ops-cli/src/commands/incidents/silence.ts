import { randomBytes } from 'node:crypto';
import { covers } from '@tidemark/core/incidents/hold';
import type { SilenceItem } from '@tidemark/core/incidents/items';
import type { IncidentsDeployment } from '@tidemark/core/incidents/settings';
import { runId } from '@tidemark/core/replay/run';
import { type Command, Option } from 'commander';
import type { Context, TidemarkCommand } from '../../command.ts';
import { exitCodes, UsageError } from '../../failure.ts';
import { withIncidentClients } from '../../incidents/clients.ts';
import { readDeploymentIfPossible } from '../../incidents/deployed.ts';
import { silenceJson } from '../../incidents/json.ts';
import { parseLength, severalTexts, silenceMsMax } from '../../incidents/options.ts';
import { controlTableOf, partitionsOf, partitionWord } from '../../incidents/partition.ts';
import { deleteOldSilences, ofWhat, putSilence, type StoredSilence } from '../../incidents/silences.ts';
import { operatorName } from '../../operator.ts';
import { type Moment, parseMoment, spanOf } from '../../option.ts';
import { printable, renderAmount, renderInstant } from '../../render.ts';
import { parseReason } from '../../replay/run-options.ts';
import { commandOf, requireIncidents, type Target } from '../../target.ts';

interface SilenceOptions {
  /** Milliseconds. */
  readonly for?: number;
  readonly from?: Moment;
  readonly to?: Moment;
  readonly alarm?: readonly string[];
  readonly source?: readonly string[];
  readonly reason?: string;
}

export const silenceCommand: TidemarkCommand<SilenceOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Let alarms tell nobody for a time. Incidents are made all the same, and held; those whose alarm is still on when the time is over are told then.',
      )
      .addOption(
        new Option('--for <span>', 'for so long: 45m, 2h, 3d; 30d at most').argParser(parseLength).conflicts('to'),
      )
      .option('--from <time>', 'from this on: 2026-11-21T02:00Z (default: now)', parseMoment)
      .option('--to <time>', 'up to this', parseMoment)
      .option(
        '--alarm <name>',
        "only this alarm, with or without stack and source in front; 'page*' for all that begin so; may be given several times",
        severalTexts,
      )
      .option('--source <name>', "only alarms of this source, or of '$stage'; may be given several times", severalTexts)
      .option('--reason <text>', 'why, for whoever wonders; it has to be said', parseReason)
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --stage prod incidents silence --for 2h --source web --reason "moving the shop"\n  $ tidemark --stage prod incidents silence --from 2026-11-21T02:00Z --to 2026-11-21T04:00Z --alarm "few*" --reason sale',
      ),

  run: async (options, _args, context) => {
    if (options.for === undefined && options.to === undefined)
      throw new UsageError('say how long: --for 2h, or --to with a time');
    // Commander would ask it of `silence list` too.
    if (options.reason === undefined) throw new UsageError('say why: --reason with a text');
    const target = await context.target();
    requireIncidents(target);
    const item = silenceOf(options, options.reason, target, await target.nowMs());
    return withIncidentClients(target.client, async ({ tables }) => {
      const deployment = await readDeploymentIfPossible(
        target,
        context,
        'whether there are such alarms was not checked',
      );
      const covered = coveredBy(item, deployment);
      const table = controlTableOf(target);
      const nowMs = await target.nowMs();
      const silence = { id: runId(nowMs, randomBytes(4).toString('hex')), item };
      await putSilence(tables, table, silence);
      tell(silence, covered, context, target);
      await deleteOldSilences(tables, table, nowMs);
      return exitCodes.fine;
    });
  },
};

function silenceOf(options: SilenceOptions, reason: string, target: Target, nowMs: number): SilenceItem {
  const { fromMs = nowMs, toMs } = spanOf(options.from, options.to, nowMs);
  const ToMs = toMs ?? fromMs + (options.for ?? 0);
  if (ToMs <= nowMs) throw new UsageError(over(options, fromMs, ToMs));
  if (ToMs - fromMs > silenceMsMax)
    throw new UsageError(
      `--to: ${renderInstant(ToMs)} is more than 30 days after ${renderInstant(fromMs)}; expected 30 days at most: take an alarm that nobody needs out of the configuration`,
    );
  const sources = options.source?.flatMap((name) => partitionsOf(target, name));
  return {
    ...{ FromMs: fromMs, ToMs },
    ...(sources === undefined ? {} : { Sources: sources }),
    ...(options.alarm === undefined ? {} : { Alarms: options.alarm }),
    ...{ Reason: reason, By: operatorName() ?? 'somebody' },
  };
}

/** What is said of one that lies in the past. */
function over({ to }: SilenceOptions, fromMs: number, toMs: number): string {
  return to === undefined
    ? `--from: ${renderInstant(fromMs)}, with --for, ends at ${renderInstant(toMs)}, which has passed; expected an end that is still to come`
    : `--to: ${renderInstant(toMs)} has passed; expected a time that is still to come`;
}

/** Names of the alarms that it is about; undefined where those that there are could not be read. Throws a UsageError for a name that none of them has. */
function coveredBy(item: SilenceItem, deployment: IncidentsDeployment | undefined): string[] | undefined {
  if (deployment === undefined) return undefined;
  const { Alarms = [], Sources } = item;
  const ofSources = Sources === undefined ? {} : { Sources };
  const possible = deployment.alarms.filter((alarm) => covers(ofSources, alarm));
  const where = Sources?.map(partitionWord).join(', ') ?? `stage ${deployment.stage}`;
  if (possible.length === 0) throw new UsageError(`--source: there is no alarm of ${where}`);
  const mistyped = Alarms.find((name) => !possible.some((alarm) => covers({ Alarms: [name] }, alarm)));
  if (mistyped === undefined) return possible.filter((alarm) => covers(item, alarm)).map(({ alarm }) => alarm);
  const list = possible.map(({ alarm }) => `\n  ${alarm}`).join('');
  throw new UsageError(`--alarm: ${JSON.stringify(mistyped)} is no alarm of ${where}; expected one of:${list}`);
}

function tell(
  silence: StoredSilence,
  covered: readonly string[] | undefined,
  { terminal, json }: Context,
  target: Target,
): void {
  const { id, item } = silence;
  if (json) {
    terminal.write(
      `${JSON.stringify({ ...silenceJson(silence), ...(covered === undefined ? {} : { covers: covered }) })}\n`,
    );
    return;
  }
  const many = covered === undefined ? '' : `, ${renderAmount(covered.length, 'alarm', 'alarms')}`;
  terminal.write(
    `Silence ${id}: ${printable(ofWhat(item))}${many}, from ${renderInstant(item.FromMs)} to ${renderInstant(item.ToMs)}.\nEnd it before: ${commandOf(target)} incidents silence end ${id}\n`,
  );
}
