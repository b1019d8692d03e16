import type { DeployedSource } from '@tidemark/core/deployment';
import type { Command } from 'commander';
import type { Context, TidemarkCommand } from '../../command.ts';
import { exitCodes } from '../../failure.ts';
import { parseMoment, wholeNumber } from '../../option.ts';
import { startProgress } from '../../progress.ts';
import { type QuarantineClients, withQuarantine } from '../../quarantine/clients.ts';
import { type Entry, type EntryQuery, type EntryReach, entries } from '../../quarantine/entries.ts';
import { type GivenUp, givenUp } from '../../quarantine/given-up.ts';
import { JsonSink, type Row, TextSink } from '../../quarantine/list-sink.ts';
import { fullKey, givenUpPrefix } from '../../quarantine/object.ts';
import { givenUpReason, parseReasonOf, partReason, type QueryOptions, queryOf } from '../../quarantine/query.ts';
import { printable, renderAmount } from '../../render.ts';
import { chooseSource } from '../../target.ts';

interface ListOptions extends QueryOptions {
  readonly source?: string;
  readonly limit?: number;
  readonly after?: string;
}

export const listQuarantineCommand: TidemarkCommand<ListOptions> = {
  define: (command: Command) =>
    command
      .description(
        'List what was set aside: a line an object, by its day and shard, with the reason, how many of its events were not counted, and whether they were resubmitted; and what Lambda gave up on. Totals by reason come last.',
      )
      .option('--source <name>', 'the source whose quarantine to list (default: the first)')
      .option(
        '--reason <reason>',
        `only this: a reason such as time-unreadable or too-new, ${partReason}, or ${givenUpReason}`,
        parseReasonOf([partReason, givenUpReason]),
      )
      .option('--since <time>', 'arrivals from this on: 2026-11-02, 2026-11-02T09:00:00Z, or 6h, 2d ago', parseMoment)
      .option('--until <time>', 'arrivals before this', parseMoment)
      .option('--limit <n>', 'so many lines at most, and say how to go on', wholeNumber(1, 1_000_000_000))
      .option('--after <key>', 'what comes after this key, to go on')
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local quarantine list\n  $ tidemark --stage prod quarantine list --reason too-new --since 2d\n  $ tidemark --stage prod quarantine list --json | jq -r ".rows[].key"',
      ),

  run: async (options, _args, context) => {
    const target = await context.target();
    const source = chooseSource(target, options.source);
    const after = options.after === undefined ? {} : { after: fullKey(source.name, options.after) };
    const query: EntryQuery = { ...queryOf(options, await target.nowMs()), ...after };
    return withQuarantine(target.client, async (clients) => {
      const sink = context.json ? new JsonSink(context, source) : new TextSink(context, source, target);
      let last: string | undefined;
      let left = options.limit ?? Number.POSITIVE_INFINITY;
      for await (const rows of pages(clients, source, query, context, () => sink.deny())) {
        if (rows.length > 0 && left === 0) {
          sink.end(last);
          return exitCodes.fine;
        }
        const shown = rows.slice(0, left);
        left -= shown.length;
        last = shown.at(-1)?.key ?? last;
        sink.rows(shown);
        if (shown.length < rows.length) {
          sink.end(last);
          return exitCodes.fine;
        }
      }
      sink.end(undefined);
      return exitCodes.fine;
    });
  },
};

/** Rows as they are found, with a line of progress while none are. */
async function* pages(
  clients: QuarantineClients,
  source: DeployedSource,
  query: EntryQuery,
  { terminal }: Context,
  onDenied: () => void,
): AsyncGenerator<Row[]> {
  let said = `Looking through the quarantine of ${source.name} ...`;
  const onProgress = (looked: number, object: string): void => {
    said = `Looked at ${renderAmount(looked, 'object', 'objects')}, now ${printable(object, Math.max(20, terminal.columns - 40))}`;
  };
  const found = rowsOf({ ...clients, source, onProgress }, query, onDenied);
  for (;;) {
    const progress = startProgress(terminal, () => said);
    const next = await found.next().finally(() => progress.stop());
    if (next.done === true) return;
    yield next.value;
  }
}

async function* rowsOf(reach: EntryReach, query: EntryQuery, onDenied: () => void): AsyncGenerator<Row[]> {
  const { objects, source } = reach;
  const { after, reason } = query;
  const isPastQuarantine = after?.startsWith(givenUpPrefix) === true;
  if (!isPastQuarantine && reason !== givenUpReason)
    for await (const found of entries(reach, query, withoutRecord))
      yield found.map((entry) => ({ key: entry.object, entry }));
  if (reason !== undefined && reason !== givenUpReason) return;
  try {
    for await (const found of givenUp(objects, source, isPastQuarantine ? after : undefined)) {
      const asked = found.filter((batch) => isInSpan(batch, query));
      yield asked.map((batch) => ({ key: batch.key, batch }));
    }
  } catch (error) {
    // Batches of all sources lie there: not everybody who may see this source's quarantine may see those.
    if (reason === givenUpReason || !(error instanceof Error && error.name === 'AccessDenied')) throw error;
    onDenied();
  }
}

/** The list does not keep what was sent. */
function withoutRecord(entry: Entry): Entry {
  const { held } = entry;
  return held.kind === 'record' ? { ...entry, held: { kind: 'record', body: { ...held.body, data: '' } } } : entry;
}

function isInSpan({ firstArrival, lastArrival }: GivenUp, { sinceMs, untilMs }: EntryQuery): boolean {
  if (sinceMs !== undefined && Date.parse(lastArrival) < sinceMs) return false;
  return untilMs === undefined || Date.parse(firstArrival) < untilMs;
}
