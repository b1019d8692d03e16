import type { DeployedSource } from '@tidemark/core/deployment';
import type { SpanSize } from '@tidemark/core/series/key';
import { isWindowSize, windowSeconds } from '@tidemark/core/series/window';
import type { Context } from '../command.ts';
import { type Pruned, prunedJson, renderPruned } from '../prune/pruned.ts';
import { renderAmount, renderBytes, renderDuration, renderInstant } from '../render.ts';
import { tellSize } from '../sizes.ts';
import { commandOf, type Target } from '../target.ts';
import type { ExportFormat } from './sink.ts';
import type { Written } from './write-totals.ts';

/** An export that came to its end. */
export interface Exported {
  readonly source: DeployedSource;
  readonly size: SpanSize;
  readonly format: ExportFormat;
  /** Undefined: standard output. */
  readonly output: string | undefined;
  readonly span: { readonly fromMs?: number; readonly toMs?: number };
  readonly written: Readonly<Written>;
  readonly bytes: number;
  readonly seconds: number;
  /** What of it is pruned. */
  readonly pruned: Pruned | undefined;
}

/** A line about a file that was written, or one JSON document; of standard output, that nothing was found. */
export function tellExport(exported: Exported, target: Target, { terminal, json }: Context): void {
  if (json) {
    terminal.write(`${exportJson(exported)}\n`);
    return;
  }
  const { source, size, output, written, bytes, seconds, pruned } = exported;
  const { totals, series } = written;
  if (totals === 0)
    terminal.note(
      `Source ${source.name} has no ${isWindowSize(size) ? tellSize(size) : `${size} buckets`} of that time.\n`,
    );
  if (output !== undefined)
    terminal.note(
      `Wrote ${renderAmount(totals, 'total', 'totals')} of ${renderAmount(series, 'series', 'series')} to ${output}: ${renderBytes(bytes)} in ${renderDuration(seconds * 1000)}.\n`,
    );
  if (pruned !== undefined) terminal.note(renderPruned(pruned, commandOf(target), terminal.columns));
}

/** Digits of counts are exact. */
function exportJson(exported: Exported): string {
  const { source, size, format, output, span, written, bytes, seconds, pruned } = exported;
  const { totals, series, events } = written;
  const head = {
    source: source.name,
    ...(isWindowSize(size) ? { windowSeconds: windowSeconds(size) } : { bucketSize: size }),
    format,
    output,
    ...(span.fromMs === undefined ? {} : { from: renderInstant(span.fromMs) }),
    ...(span.toMs === undefined ? {} : { to: renderInstant(span.toMs) }),
    ...prunedJson(pruned),
  };
  const rest = { totals, series, bytes, seconds, interrupted: false };
  const word = isWindowSize(size) ? 'readings' : 'events';
  return `${JSON.stringify(head).slice(0, -1)},"${word}":${events},${JSON.stringify(rest).slice(1)}`;
}
