import type { DeployedSource } from '@tidemark/core/deployment';
import type { Command } from 'commander';
import type { Context, TidemarkCommand } from '../../command.ts';
import { exitCodes } from '../../failure.ts';
import { parseMoment, wholeNumber } from '../../option.ts';
import { startProgress } from '../../progress.ts';
import { type QuarantineClients, withQuarantine } from '../../quarantine/clients.ts';
import { type Entry, type EntryQuery, entries } from '../../quarantine/entries.ts';
import { type GivenUp, givenUp, givenUpRemedies } from '../../quarantine/given-up.ts';
import { entryJson, givenUpJson } from '../../quarantine/json.ts';
import { fullKey, givenUpPrefix, shortKey } from '../../quarantine/object.ts';
import { partRemedy } from '../../quarantine/plan.ts';
import { givenUpReason, parseReasonOf, partReason, type QueryOptions, queryOf } from '../../quarantine/query.ts';
import { entryRow, givenUpRow, listHead } from '../../quarantine/text.ts';
import { addEntry, addGivenUp, type ListTotals, noTotals, renderReasons } from '../../quarantine/totals.ts';
import { printable, renderAmount, renderCount } from '../../render.ts';
import { chooseSource, commandOf, type Target } from '../../target.ts';

interface ListOptions extends QueryOptions {
  readonly source?: string;
  readonly limit?: number;
  readonly after?: string;
}

type Row = { readonly key: string } & ({ readonly entry: Entry } | { readonly batch: GivenUp });

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
      for await (const rows of pages(clients, source, query, context)) {
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
): AsyncGenerator<Row[]> {
  let said = `Looking through the quarantine of ${source.name} ...`;
  const onProgress = (looked: number, object: string): void => {
    said = `Looked at ${renderAmount(looked, 'object', 'objects')}, now ${printable(object, Math.max(20, terminal.columns - 40))}`;
  };
  const found = rowsOf({ ...clients, source, onProgress }, query);
  for (;;) {
    const progress = startProgress(terminal, () => said);
    const next = await found.next().finally(() => progress.stop());
    if (next.done === true) return;
    yield next.value;
  }
}

async function* rowsOf(reach: Parameters<typeof entries>[0], query: EntryQuery): AsyncGenerator<Row[]> {
  const { objects, source } = reach;
  const { after, reason } = query;
  const isPastQuarantine = after?.startsWith(givenUpPrefix) === true;
  if (!isPastQuarantine && reason !== givenUpReason)
    for await (const found of entries(reach, query, withoutRecord))
      yield found.map((entry) => ({ key: entry.object, entry }));
  if (reason !== undefined && reason !== givenUpReason) return;
  for await (const found of givenUp(objects, source, isPastQuarantine ? after : undefined)) {
    const asked = found.filter((batch) => isInSpan(batch, query));
    yield asked.map((batch) => ({ key: batch.key, batch }));
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

/** Where rows go. `next`: the last key that was shown, where there is more. */
interface Sink {
  rows(rows: readonly Row[]): void;
  end(next: string | undefined): void;
}

function added(totals: ListTotals, row: Row): ListTotals {
  return 'entry' in row ? addEntry(totals, row.entry) : addGivenUp(totals, row.batch);
}

class TextSink implements Sink {
  readonly #context: Context;
  readonly #source: DeployedSource;
  readonly #target: Target;
  #totals = noTotals;
  #hasHead = false;

  constructor(context: Context, source: DeployedSource, target: Target) {
    this.#context = context;
    this.#source = source;
    this.#target = target;
  }

  rows(rows: readonly Row[]): void {
    if (rows.length === 0) return;
    const head = this.#hasHead ? '' : listHead();
    this.#hasHead = true;
    this.#totals = rows.reduce(added, this.#totals);
    const lines = rows.map((row) => ('entry' in row ? entryRow(row.entry) : givenUpRow(row.batch)));
    this.#context.terminal.write(head + lines.join(''));
  }

  end(next: string | undefined): void {
    const { terminal } = this.#context;
    if (!this.#hasHead) terminal.note('Nothing was set aside in that time.\n');
    const totals = renderReasons(this.#totals);
    if (totals !== '') terminal.write(`\n${totals}`);
    for (const remark of remarksOf(this.#totals)) terminal.note(`${remark}\n`);
    if (next === undefined) return;
    const { name } = this.#source;
    terminal.note(
      `There is more, and the totals are of these alone: ${commandOf(this.#target)} quarantine list --source ${name} --after ${printable(shortKey(name, next))}\n`,
    );
  }
}

function remarksOf({ parts, foreign, givenUp }: ListTotals): string[] {
  const remarks: string[] = [];
  if (parts > 0) remarks.push(`${renderAmount(parts, 'part of a window', 'parts of windows')}: ${partRemedy}`);
  for (const [work, count] of Object.entries(givenUp)) {
    const remedy = givenUpRemedies[work as GivenUp['work']];
    remarks.push(`${renderAmount(count, 'batch', 'batches')} that Lambda gave up on (${work}): ${remedy}`);
  }
  if (foreign > 0) remarks.push(`${renderCount(foreign)} that Tidemark did not write: look who puts objects there`);
  return remarks;
}

/** One document, written as rows are found. */
class JsonSink implements Sink {
  readonly #context: Context;
  #totals = noTotals;
  #count = 0;

  constructor(context: Context, source: DeployedSource) {
    this.#context = context;
    context.terminal.write(`{"source":${JSON.stringify(source.name)},"rows":[`);
  }

  rows(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#totals = added(this.#totals, row);
      const json = JSON.stringify('entry' in row ? entryJson(row.entry) : givenUpJson(row.batch));
      this.#context.terminal.write(`${this.#count === 0 ? '' : ','}\n${json}`);
      this.#count += 1;
    }
  }

  end(next: string | undefined): void {
    this.#context.terminal.write(
      `],\n"totals":${JSON.stringify(this.#totals)},"next":${JSON.stringify(next ?? null)}}\n`,
    );
  }
}
