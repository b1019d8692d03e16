import { type Command, InvalidArgumentError } from 'commander';
import type { TidemarkCommand } from '../../command.ts';
import { requireAnswer } from '../../confirm.ts';
import { UsageError } from '../../failure.ts';
import { type Moment, parseMoment, spanOf } from '../../option.ts';
import { streamWorkload } from '../../replay/estimate/stream-workload.ts';
import { withRunOptions } from '../../replay/run-options.ts';
import { type RunOptions, startRecounting } from '../../replay/start-run.ts';
import { chooseSource } from '../../target.ts';

interface StartReplayOptions extends RunOptions {
  readonly from: Moment | 'trim-horizon';
}

export const startReplayCommand: TidemarkCommand<StartReplayOptions> = {
  define: (command: Command) =>
    withRunOptions(
      command
        .description(
          'Count again, from the records that the stream still holds, beside the counts that people read; compare the two; and switch where something differs. Shows first what it comes to, and asks.',
        )
        .requiredOption(
          '--from <time>',
          'the first bucket to recount: 2026-11-19, 2026-11-19T00:00Z, or 6h, 2d ago; trim-horizon for all that the stream holds',
          parseFrom,
        ),
    ).addHelpText(
      'after',
      '\nExamples:\n  $ tidemark --local replay start --from trim-horizon --verify\n  $ tidemark --stage prod replay start --from 2026-11-19T00:00Z --source web --reason "lost batches"\n\nExit codes: 0 all is well, 1 it failed or was not started, 3 --verify found differences,\n130 left going with Ctrl-C.',
    ),

  run: async (options, _args, context) => {
    if (options.verify !== true) requireAnswer(options, context);
    const target = await context.target();
    const source = chooseSource(target, options.source);
    const nowMs = await target.nowMs();
    const from = options.from === 'trim-horizon' ? options.from : (spanOf(options.from, undefined, nowMs).fromMs ?? 0);
    if (from !== 'trim-horizon' && from > nowMs) throw new UsageError('--from: that time has not come yet');
    const workload = (reach: Parameters<typeof streamWorkload>[0]) => streamWorkload(reach, from);
    return startRecounting({ kind: 'replay', source, nowMs, asked: { from }, workload }, options, context, target);
  },
};

function parseFrom(text: string): Moment | 'trim-horizon' {
  if (text === 'trim-horizon') return text;
  try {
    return parseMoment(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(`${error.message.replace(/\.$/, '')}, or trim-horizon.`);
  }
}
