import type { DeployedSource } from '@tidemark/core/deployment';
import type { Context } from '../command.ts';
import { printable, renderAmount, renderCount } from '../render.ts';
import { commandOf, type Target } from '../target.ts';
import type { Entry } from './entries.ts';
import { type GivenUp, givenUpRemedies } from './given-up.ts';
import { entryJson, givenUpJson } from './json.ts';
import { givenUpPrefix, shortKey } from './object.ts';
import { partRemedy } from './plan.ts';
import { ListLayout } from './text.ts';
import { addEntry, addGivenUp, type ListTotals, noTotals, renderReasons } from './totals.ts';

export type Row = { readonly key: string } & ({ readonly entry: Entry } | { readonly batch: GivenUp });

/** Where rows go. `next`: the last key that was shown, where there is more. */
export interface ListSink {
  rows(rows: readonly Row[]): void;
  /** What Lambda gave up on could not be looked at. */
  deny(): void;
  end(next: string | undefined): void;
}

function added(totals: ListTotals, row: Row): ListTotals {
  return 'entry' in row ? addEntry(totals, row.entry) : addGivenUp(totals, row.batch);
}

export class TextSink implements ListSink {
  readonly #context: Context;
  readonly #source: DeployedSource;
  readonly #target: Target;
  readonly #layout: ListLayout;
  #totals = noTotals;
  #hasHead = false;

  constructor(context: Context, source: DeployedSource, target: Target) {
    this.#context = context;
    this.#source = source;
    this.#target = target;
    const { interactive, columns } = context.terminal;
    this.#layout = new ListLayout(interactive ? columns : Number.POSITIVE_INFINITY);
  }

  rows(rows: readonly Row[]): void {
    if (rows.length === 0) return;
    const head = this.#hasHead ? '' : this.#layout.head();
    this.#hasHead = true;
    this.#totals = rows.reduce(added, this.#totals);
    const lines = rows.map((row) => ('entry' in row ? this.#layout.entry(row.entry) : this.#layout.givenUp(row.batch)));
    this.#context.terminal.write(head + lines.join(''));
  }

  deny(): void {
    const { terminal } = this.#context;
    terminal.note(
      `These credentials may not look at ${givenUpPrefix} of ${this.#source.bucket}: whether Lambda gave up on batches is not told.\n`,
    );
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
      `There is more, and the totals are of these alone. Go on with:\n  ${commandOf(this.#target)} quarantine list --source ${name} --after ${printable(shortKey(name, next))}\n`,
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

/** One document, written as rows are found; nothing of it before the first look has succeeded. */
export class JsonSink implements ListSink {
  readonly #context: Context;
  readonly #head: string;
  #totals = noTotals;
  #count = 0;
  readonly #notRead: string[] = [];

  constructor(context: Context, source: DeployedSource) {
    this.#context = context;
    this.#head = `{"source":${JSON.stringify(source.name)},"rows":[`;
  }

  rows(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#totals = added(this.#totals, row);
      const json = JSON.stringify('entry' in row ? entryJson(row.entry) : givenUpJson(row.batch));
      this.#context.terminal.write(`${this.#count === 0 ? this.#head : ','}\n${json}`);
      this.#count += 1;
    }
  }

  deny(): void {
    this.#notRead.push(givenUpPrefix);
  }

  end(next: string | undefined): void {
    const rest = { totals: this.#totals, notRead: this.#notRead, next: next ?? null };
    if (this.#count === 0) this.#context.terminal.write(this.#head);
    this.#context.terminal.write(`],\n${JSON.stringify(rest).slice(1)}\n`);
  }
}
