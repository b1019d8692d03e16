import type { DeployedSource } from '@tidemark/core/deployment';
import { countsPrefix } from '@tidemark/core/prune/object';
import {
  type FittingColumn,
  renderAmount,
  renderBytes,
  renderCount,
  renderDuration,
  renderFitting,
  renderInstant,
  renderLabelled,
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

const exportColumns: readonly FittingColumn<FoundExports>[] = [
  { title: 'size', goes: 0, cell: ({ size }) => tellSize(size) },
  { title: 'from', goes: 0, cell: ({ fromMs }) => renderInstant(fromMs) },
  { title: 'to before', goes: 0, cell: ({ toMs }) => renderInstant(toMs) },
  {
    title: 'days',
    goes: 3,
    align: 'right',
    cell: ({ exportedDays, days }) => `${renderCount(exportedDays)} of ${renderCount(days)}`,
  },
  { title: 'series', goes: 1, align: 'right', cell: ({ series }) => renderCount(series) },
  { title: 'objects', goes: 0, align: 'right', cell: ({ objects }) => renderCount(objects) },
  { title: 'compressed', goes: 2, align: 'right', cell: ({ bytes }) => renderBytes(bytes) },
];
/** Spaces before the table. */
const indent = 2;

/** What a restore would bring back, as it is shown before it is started. */
export function renderRestorePreview({ source, exports, keptMs, untilMs }: RestorePreview, columns: number): string {
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
    `\n${renderFitting(exportColumns, exports, columns - indent).replaceAll(/^(?=.)/gm, '  ')}\n`,
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
