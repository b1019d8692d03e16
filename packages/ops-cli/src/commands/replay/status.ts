import type { Command } from 'commander';
import { executionArn } from '../../aws/states.ts';
import type { Context, TidemarkCommand } from '../../command.ts';
import { exitCodes, Failure, UsageError } from '../../failure.ts';
import { type Clients, withClients } from '../../replay/clients.ts';
import { readEnding, reportLines } from '../../replay/ending.ts';
import { renderReportLine } from '../../replay/ending-tables.ts';
import { followToEnd, refusalOf, showEnd } from '../../replay/follow-to-end.ts';
import { runJson } from '../../replay/json.ts';
import { renderProgress } from '../../replay/progress-text.ts';
import { type FoundRun, newestRuns, parseRun, readRun, readTimeline } from '../../replay/runs.ts';
import { lookAtRun, type RunPlace, type RunView, stateOf } from '../../replay/view.ts';
import { chooseSource, commandOf, requireWorkflows, type Target } from '../../target.ts';

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
      const place = await placeOf(target, clients, options.source, run);
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

/** Where the run is, by its id, or the one that has a lock, or the newest. */
async function placeOf(
  target: Target,
  { tables, states }: Clients,
  name: string | undefined,
  run: string | undefined,
): Promise<RunPlace> {
  const sources = name === undefined ? target.sources : [chooseSource(target, name)];
  if (run === undefined) {
    const locked = await Promise.all(
      sources.map(async (source) => ({ source, lock: (await readTimeline(tables, source)).Lock })),
    );
    const held = locked.find(({ lock }) => lock !== undefined);
    if (held?.lock !== undefined) return { source: held.source, run: held.lock.Run, execution: held.lock.Execution };
    const newest = (await Promise.all(sources.map((source) => newestRuns(tables, source, 1)))).flat();
    const [last] = newest.sort((one, other) => (one.run < other.run ? 1 : -1));
    if (last === undefined) throw new Failure('There was no run yet.');
    return { source: last.source, run: last.run, execution: last.item.Execution };
  }
  for (const source of sources) {
    const found = await readRun(tables, source, run);
    if (found !== undefined) return { source, run, execution: found.item.Execution };
  }
  return unprepared(target, { states }, chooseSource(target, name), run);
}

/** A run that has no item: it is about to be prepared, or was refused. */
async function unprepared(
  target: Target,
  { states }: Pick<Clients, 'states'>,
  source: RunPlace['source'],
  run: string,
): Promise<RunPlace> {
  const { replay, backfill, undo } = requireWorkflows(target);
  for (const machine of [replay, backfill, undo]) {
    const execution = executionArn(machine, run);
    if ((await states.describe(execution)) !== undefined) return { source, run, execution };
  }
  throw new Failure(`There is no run ${run}. See which there are: ${commandOf(target)} replay list`);
}

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
