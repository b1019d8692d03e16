import type { Context } from '../command.ts';
import { exitCodes, Failure, UsageError } from '../failure.ts';
import { chooseSource } from '../target.ts';
import { type Clients, withClients } from './clients.ts';
import { readEnding, reportLines } from './ending.ts';
import { renderReportLine } from './ending-tables.ts';
import type { RunFamily } from './family.ts';
import { followToEnd, refusalOf, showEnd } from './follow-to-end.ts';
import { runJson } from './json.ts';
import { newestPlace, placeOfRun } from './place.ts';
import { renderProgress } from './progress-text.ts';
import type { FoundRun } from './runs.ts';
import { lookAtRun, type RunView, stateOf } from './view.ts';

export interface ShowOptions {
  readonly source?: string;
  readonly follow?: boolean;
  /** Of a comparison. */
  readonly differences?: boolean;
}

/** Shows a run, of whatever family, or follows it; without a run, the one of `family` that goes on, or its newest. Returns the exit code. */
export async function showRun(
  options: ShowOptions,
  run: string | undefined,
  family: RunFamily,
  context: Context,
): Promise<number> {
  if (options.follow === true && options.differences === true)
    throw new UsageError('--differences are those of a run that has ended; expected without --follow');
  const target = await context.target();
  return withClients(target.client, async (clients) => {
    const sources = options.source === undefined ? target.sources : [chooseSource(target, options.source)];
    const place =
      run === undefined
        ? await newestPlace(clients.tables, sources, family)
        : await placeOfRun(target, clients, options.source, run);
    if (options.follow === true) return followToEnd(context, target, clients, place);
    const view = await lookAtRun({ ...clients, nowMs: () => target.nowMs() }, place);
    if (view.item === undefined && stateOf(view) === 'refused') throw new Failure(refusalOf(view));
    if (options.differences === true) return printDifferences(requireItem(view), context, clients);
    if (view.item?.Outcome !== undefined) return showEnd(requireItem(view), context, target, clients);
    showView(view, context);
    return exitCodes.fine;
  });
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
