import type { Floors } from '@tidemark/core/control/floors';
import type { DeployedSource } from '@tidemark/core/deployment';
import { type Restorable, restorable, restoredMsDefault } from '@tidemark/core/prune/restored';
import type { SpanSize } from '@tidemark/core/series/key';
import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { type Confirmation, declined, requireAnswer } from '../../confirm.ts';
import { Failure } from '../../failure.ts';
import { type Moment, parseMoment, spanOf } from '../../option.ts';
import { startProgress } from '../../progress.ts';
import { tellCutoffs } from '../../prune/cutoffs-text.ts';
import { findExports } from '../../prune/exports.ts';
import { renderRestorePreview, restorePreviewJson } from '../../prune/exports-text.ts';
import { highestFloors, readFloors } from '../../prune/floors.ts';
import { bucketOption, parseDays, sizesNamed } from '../../prune/options.ts';
import { printable, renderCount } from '../../render.ts';
import { withClients } from '../../replay/clients.ts';
import { refuseWhileLocked } from '../../replay/lock.ts';
import { parseReason } from '../../replay/run-options.ts';
import { goOn, start } from '../../replay/start-run.ts';
import { sizesOf } from '../../sizes.ts';
import { chooseSource, requirePruneMachine } from '../../target.ts';

interface RestoreOptions extends Confirmation {
  readonly from: Moment;
  readonly to: Moment;
  readonly source?: string;
  readonly bucket?: readonly string[];
  /** Milliseconds. */
  readonly for?: number;
  readonly reason?: string;
  readonly detach?: boolean;
}

export const restoreCommand: TidemarkCommand<RestoreOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Bring back what was pruned, from its exports: readers see it again, for a time. The floors stay, so that it takes no new events. What still lives in the table stays as it is. Shows first what exports there are, and asks.',
      )
      .requiredOption(
        '--from <time>',
        'buckets and windows that start at or after this: 2026-08-01, 2026-08-01T09:00Z, or 120d ago',
        parseMoment,
      )
      .requiredOption('--to <time>', 'and before this', parseMoment)
      .option('--source <name>', 'the source to restore (default: the first)')
      .addOption(bucketOption('only this size: 1m, 5m, 15m, 1h, 1d or window; may be given several times'))
      .option('--for <age>', 'how long to keep it at least, such as 3d or 2w (default: 7d)', parseDays)
      .option('--reason <text>', 'why, for whoever looks at the run later', parseReason)
      .option('--detach', 'start it and do not follow it')
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local prune restore --from 2026-08-01 --to 2026-08-08\n  $ tidemark --stage prod prune restore --from 2026-08-01T09:00 --to 2026-08-01T12:00 --for 2w\n\nExit codes: 0 all is well, 1 it failed or was not started, 130 left going with Ctrl-C.',
      ),

  run: async (options, _args, context) => {
    requireAnswer(options, context);
    const { terminal, json } = context;
    const target = await context.target();
    const machine = { arn: requirePruneMachine(target), family: 'prune' } as const;
    const source = chooseSource(target, options.source);
    const only = sizesNamed(source, options.bucket);
    const nowMs = await target.nowMs();
    const { fromMs = 0, toMs = nowMs } = spanOf(options.from, options.to, nowMs);
    const keptMs = options.for ?? restoredMsDefault;
    const untilMs = nowMs + keptMs;
    return withClients(target.client, async (clients) => {
      await refuseWhileLocked(target, clients.tables, source);
      const floors = await readFloors(clients.tables, source);
      const ranges = restorable(floors, only ?? sizesOf(source), fromMs, toMs);
      requireBelow(source, floors, ranges);
      let found = 0;
      const progress = startProgress(terminal, () =>
        printable(`Looking at the exports of ${source.name}: ${renderCount(found)} objects`, terminal.columns),
      );
      const exports = await findExports(clients.objects, source, ranges, (objects) => {
        found = objects;
      }).finally(() => progress.stop());
      requireExports(source, found);
      const preview = { source, exports, keptMs, untilMs };
      if (!json) terminal.note(renderRestorePreview(preview, terminal.columns));
      const refusal = await declined('Start this restore?', options, context);
      if (refusal !== undefined) return refusal;
      const asked = { from: fromMs, toMs, untilMs, ...askedFor(only, options) };
      const started = await start(clients, machine, source, asked, await target.nowMs());
      return goOn(started, options, context, target, clients, restorePreviewJson(preview));
    });
  },
};

function askedFor(sizes: readonly SpanSize[] | undefined, { reason }: RestoreOptions) {
  return { ...(sizes === undefined ? {} : { sizes }), ...(reason === undefined ? {} : { reason }) };
}

/** Throws a Failure where nothing of the range lies below a floor: it was never pruned. */
function requireBelow({ name }: DeployedSource, floors: Floors, ranges: Restorable): void {
  if (Object.keys(ranges).length > 0) return;
  const pruned = tellCutoffs(highestFloors(floors));
  throw new Failure(
    pruned.length === 0
      ? `nothing of source ${name} was ever pruned: there is nothing to restore`
      : `that range was not pruned: of source ${name}, ${pruned.join(', ')} is. There is nothing to restore`,
  );
}

function requireExports({ name, bucket }: DeployedSource, found: number): void {
  if (found > 0) return;
  throw new Failure(
    `there is no export of that range of source ${name} in bucket ${bucket}: nothing was counted then, or nothing of it is exported yet`,
  );
}
