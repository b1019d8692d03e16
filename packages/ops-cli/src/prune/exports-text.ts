import type { DeployedSource } from '@tidemark/core/deployment';
import { countsPrefix } from '@tidemark/core/prune/object';
import {
  type Column,
  renderAmount,
  renderBytes,
  renderCount,
  renderDuration,
  renderInstant,
  renderLabelled,
  renderTable,
} from '../render.ts';
import { tellSize } from '../sizes.ts';
import type { FoundExports } from './exports.ts';

/** A restore before it begins. */
export interface RestorePreview {
  readonly source: DeployedSource;
  readonly exports: readonly FoundExports[];
  /** How long it is kept, in milliseconds, and so until when at least. */
  readonly keptMs: number;
  readonly untilMs: number;
}

const header: readonly Column[] = [
  { title: 'size' },
  { title: 'from' },
  { title: 'to before' },
  { title: 'days', align: 'right' },
  { title: 'series', align: 'right' },
  { title: 'objects', align: 'right' },
  { title: 'compressed', align: 'right' },
];

/** What a restore would bring back, as it is shown before it is started. */
export function renderRestorePreview({ source, exports, keptMs, untilMs }: RestorePreview, columns: number): string {
  const rows = exports.map(({ size, fromMs, toMs, exportedDays, days, series, objects, bytes }) => [
    tellSize(size),
    renderInstant(fromMs),
    renderInstant(toMs),
    `${renderCount(exportedDays)} of ${renderCount(days)}`,
    renderCount(series),
    renderCount(objects),
    renderBytes(bytes),
  ]);
  const missing = exports.reduce((all, { days, exportedDays }) => all + days - exportedDays, 0);
  const lines: [string, string][] = [
    ['exports', `s3://${source.bucket}/${countsPrefix(source.name)}`],
    [
      'kept',
      `for ${renderDuration(keptMs)}: until ${renderInstant(untilMs)} at least; the first prune after that deletes it again`,
    ],
    ['note', 'readers see it, counting and CloudWatch do not: it takes no new events. What still lives stays as it is'],
    ...(missing === 0
      ? []
      : [
          [
            'note',
            `of ${renderAmount(missing, 'day', 'days')} there is no export: nothing was counted then, or nothing was exported`,
          ] satisfies [string, string],
        ]),
  ];
  return [
    `The restore of ${source.name} would bring back:\n`,
    `\n${renderTable(header, rows).replaceAll(/^(?=.)/gm, '  ')}\n`,
    renderLabelled(lines, columns),
  ].join('');
}

/** For a program. */
export function restorePreviewJson({ exports, untilMs }: RestorePreview): object {
  return {
    until: renderInstant(untilMs),
    exports: exports.map(({ fromMs, toMs, ...rest }) => ({
      ...rest,
      from: renderInstant(fromMs),
      to: renderInstant(toMs),
    })),
  };
}
