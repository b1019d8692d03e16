import type { DeployedSource } from '@tidemark/core/deployment';
import type { Command } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { requireAnswer } from '../../confirm.ts';
import { Failure, UsageError } from '../../failure.ts';
import { type Moment, parseMoment, spanOf } from '../../option.ts';
import { archiveWorkload } from '../../replay/estimate/archive-workload.ts';
import { withRunOptions } from '../../replay/run-options.ts';
import { type RunOptions, startRecounting } from '../../replay/start-run.ts';
import { chooseSource, commandOf } from '../../target.ts';

interface StartBackfillOptions extends RunOptions {
  readonly from: Moment;
  readonly to: Moment;
}

export const startBackfillCommand: TidemarkCommand<StartBackfillOptions> = {
  define: (command: Command) =>
    withRunOptions(
      command
        .description(
          'Count a range again from the archive, which holds what the stream has lost, and what is not archived yet from the stream; compare, and switch where something differs. Shows first what it comes to, and asks.',
        )
        .requiredOption(
          '--from <time>',
          'the first bucket to recount: 2026-10-01, 2026-10-01T09:00Z, or 6h, 2d ago',
          parseMoment,
        )
        .requiredOption('--to <time>', 'buckets that start before this', parseMoment),
      'the source to count again (default: the first that has an archive)',
    ).addHelpText(
      'after',
      '\nExamples:\n  $ tidemark --local backfill start --from 2d --to 1d --verify\n  $ tidemark --stage prod backfill start --from 2026-10-01 --to 2026-10-08 --source web\n\nThe run is shown, followed, cancelled and undone with tidemark replay status, list, cancel and undo.\nExit codes: 0 all is well, 1 it failed or was not started, 3 --verify found differences,\n130 left going with Ctrl-C.',
    ),

  run: async (options, _args, context) => {
    if (options.verify !== true) requireAnswer(options, context);
    const target = await context.target();
    const source = chooseSource(target, options.source, ({ archive }) => archive !== undefined);
    requireArchive(source, commandOf(target));
    const nowMs = await target.nowMs();
    const { fromMs = 0, toMs = nowMs } = spanOf(options.from, options.to, nowMs);
    if (fromMs > nowMs) throw new UsageError('--from: that time has not come yet');
    const workload = (reach: Parameters<typeof archiveWorkload>[0]) => archiveWorkload(reach, fromMs, toMs);
    const asked = { from: fromMs, toMs };
    return startRecounting({ kind: 'backfill', source, nowMs, asked, workload }, options, context, target);
  },
};

function requireArchive({ name, archive }: DeployedSource, command: string): void {
  if (archive !== undefined) return;
  throw new Failure(
    `source ${name} has no archive: what the stream no longer holds is kept nowhere. From now on it is, with this in tidemark.config.ts, once deployed:\n\n  ${name}: { ..., archive: {} }\n\nWhat the stream holds can be counted again with ${command} replay start.`,
  );
}
