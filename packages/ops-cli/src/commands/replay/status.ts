import type { Command } from 'commander';
import type { Context, TidemarkCommand } from '../../command.ts';
import { exitCodes, Failure, UsageError } from '../../failure.ts';
import { type Clients, withClients } from '../../replay/clients.ts';
import { readEnding, reportLines } from '../../replay/ending.ts';
import { renderReportLine } from '../../replay/ending-tables.ts';
import { followToEnd, refusalOf, showEnd } from '../../replay/follow-to-end.ts';
import { runJson } from '../../replay/json.ts';
import { newestPlace, placeOfRun } from '../../replay/place.ts';
import { renderProgress } from '../../replay/progress-text.ts';
import { type FoundRun, parseRun } from '../../replay/runs.ts';
import { lookAtRun, type RunView, stateOf } from '../../replay/view.ts';
import { chooseSource } from '../../target.ts';

interface RunStatusOptions {
  readonly source?: string;
  readonly follow?: boolean;
  readonly differences?: boolean;
}

export const runStatusCommand: TidemarkCommand<RunStatusOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Show a run: how far it is, or how it ended and what it found. Without RUN: the one that goes on, or the newest.',
      )
      .argument('[run]', 'the id of a run, as replay list shows it', parseRun)
      .option('--follow', 'stay until it has ended; Ctrl-C leaves it going')
      .option('--differences', 'print everything that differs or could not be decided, one a line')
      .option('--source <name>', 'the source to look in (default: every source)')
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local replay status --follow\n  $ tidemark --stage prod replay status 20261120T091500Z-0a1b2c3d --differences --json | jq .name\n\nExit codes: 0 it goes on or ended well, 1 it failed or was cancelled,\n3 a verification found differences.',
      ),

  run: async (options, [run], context) => {
    if (options.follow === true && options.differences === true)
      throw new UsageError('--differences are those of a run that has ended; expected without --follow');
    const target = await context.target();
    return withClients(target.client, async (clients) => {
      const sources = options.source === undefined ? target.sources : [chooseSource(target, options.source)];
      const place =
        run === undefined
          ? await newestPlace(clients.tables, sources)
          : await placeOfRun(target, clients, options.source, run);
      if (options.follow === true) return followToEnd(context, target, clients, place);
      const view = await lookAtRun({ ...clients, nowMs: () => target.nowMs() }, place);
      if (view.item === undefined && stateOf(view) === 'refused') throw new Failure(refusalOf(view));
      if (options.differences === true) return printDifferences(requireItem(view), context, clients);
      if (view.item?.Outcome !== undefined) return showEnd(requireItem(view), context, target, clients);
      showView(view, context);
      return exitCodes.fine;
    });
  },
};

function requireItem({ source, run, item }: RunView): FoundRun {
  if (item === undefined) throw new Failure(`run ${run} is not prepared yet`);
  return { source, run, item };
}

function showView(view: RunView, { terminal, json }: Context): void {
  const { source, run, item } = view;
  if (!json) terminal.write(`${renderProgress(view, terminal.columns)}\n`);
  else
    terminal.write(
      `${JSON.stringify(item === undefined ? { run, source: source.name } : runJson({ source, run, item }))}\n`,
    );
}

/** A line each, as they come: a report may be large. With --json, lines of JSON. */
async function printDifferences(found: FoundRun, { terminal, json }: Context, { objects }: Clients): Promise<number> {
  const { report } = await readEnding(objects, found);
  if (report === undefined) throw new Failure(`run ${found.run} has no report of a comparison`);
  for await (const line of reportLines(objects, found, report))
    terminal.write(json ? `${JSON.stringify(line)}\n` : renderReportLine(line));
  return exitCodes.fine;
}
