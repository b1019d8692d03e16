import type { DeployedSource } from '@tidemark/core/deployment';
import type { Command } from 'commander';
import type { Context, TidemarkCommand } from '../../command.ts';
import { type Confirmation, declined, requireAnswer } from '../../confirm.ts';
import { exitCodes, Failure } from '../../failure.ts';
import { isNothing, type PrunePreview, previewJson, renderPreview } from '../../prune/estimate-text.ts';
import { bucketOption, parseDays, sizesNamed } from '../../prune/options.ts';
import type { PruneAsked } from '../../prune/plan.ts';
import { previewPrune } from '../../prune/preview.ts';
import { type Clients, withClients } from '../../replay/clients.ts';
import { refuseWhileLocked } from '../../replay/lock.ts';
import { parseReason } from '../../replay/run-options.ts';
import { goOn, start } from '../../replay/start-run.ts';
import { sizesOf, sizeWord } from '../../sizes.ts';
import { chooseSource, commandOf, requirePruneMachine, type Target } from '../../target.ts';

interface PruneOptions extends Confirmation {
  /** Milliseconds. */
  readonly olderThan?: number;
  readonly source?: string;
  readonly bucket?: readonly string[];
  readonly dryRun?: boolean;
  readonly reason?: string;
  readonly detach?: boolean;
}

export const pruneCommand: TidemarkCommand<PruneOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Export to S3 what is older than its retention, by whole days of UTC, and delete it from the table. Shows first what that comes to, and asks. What was true comes back with prune restore; what no replay reads or gives back any more goes for good.',
      )
      .option(
        '--older-than <age>',
        'what is older than this, such as 90d or 12w (default: than its retention)',
        parseDays,
      )
      .option('--source <name>', 'the source to prune (default: the first that has a retention)')
      .addOption(bucketOption('only this size: 1m, 5m, 15m, 1h, 1d or window; may be given several times'))
      .option('--dry-run', 'only show what it comes to; changes nothing, asks nothing')
      .option('--reason <text>', 'why, for whoever looks at the run later', parseReason)
      .option('--detach', 'start it and do not follow it')
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --local prune --older-than 90d --dry-run\n  $ tidemark --stage prod prune --source web --older-than 2w --bucket 1m --bucket 5m\n  $ tidemark --stage prod prune restore --from 2026-08-01 --to 2026-08-08\n\nExit codes: 0 all is well, 1 it failed or was not started, 130 left going with Ctrl-C.',
      ),

  run: async (options, _args, context) => {
    if (options.dryRun !== true) requireAnswer(options, context);
    const target = await context.target();
    requirePruneMachine(target);
    const source = chooseSource(
      target,
      options.source,
      (each) => options.olderThan !== undefined || hasRetention(each),
    );
    const nowMs = await target.nowMs();
    const asked = askedOf(options, source, nowMs);
    return withClients(target.client, async (clients) => {
      if (options.dryRun !== true) await refuseWhileLocked(target, clients.tables, source);
      const preview = await previewPrune(clients.tables, source, asked, nowMs, context.terminal);
      requireFloor(preview, asked, target);
      return options.dryRun === true
        ? showDryRun(preview, context)
        : prune(preview, asked, options, context, target, clients);
    });
  },
};

function hasRetention({ retentionMs = {} }: DeployedSource): boolean {
  return Object.keys(retentionMs).length > 0;
}

function askedOf({ olderThan, bucket }: PruneOptions, source: DeployedSource, nowMs: number): PruneAsked {
  const sizes = sizesNamed(source, bucket);
  return {
    ...(olderThan === undefined ? {} : { beforeMs: nowMs - olderThan }),
    ...(sizes === undefined ? {} : { sizes }),
  };
}

/** Throws a Failure where neither the configuration nor the operator says what is old. */
function requireFloor({ source, plan }: PrunePreview, { sizes }: PruneAsked, target: Target): void {
  if (Object.keys(plan.asked).length > 0) return;
  const [size = '1h'] = sizes ?? sizesOf(source);
  throw new Failure(
    `source ${source.name} has no retention${sizes === undefined ? '' : ` of ${sizes.map(sizeWord).join(' or ')}`}: it is kept without end. Say what is old, with ${commandOf(target)} prune --source ${source.name} --older-than 90d, or have it pruned every night, with this in tidemark.config.ts, once deployed:\n\n  ${source.name}: { ..., retention: { '${sizeWord(size)}': '90d' } }`,
  );
}

function showDryRun(preview: PrunePreview, { terminal, json }: Context): number {
  if (json)
    terminal.write(`${JSON.stringify({ source: preview.source.name, dryRun: true, ...previewJson(preview) })}\n`);
  else terminal.write(renderPreview(preview, terminal.columns));
  return exitCodes.fine;
}

async function prune(
  preview: PrunePreview,
  { beforeMs, sizes }: PruneAsked,
  options: PruneOptions,
  context: Context,
  target: Target,
  clients: Clients,
): Promise<number> {
  const { source } = preview;
  const { terminal, json } = context;
  if (!json) terminal.note(renderPreview(preview, terminal.columns));
  if (isNothing(preview)) {
    if (json) terminal.write(`${JSON.stringify({ source: source.name, nothing: true })}\n`);
    else terminal.note('There is nothing to prune.\n');
    return exitCodes.fine;
  }
  const refusal = await declined('Start this prune?', options, context);
  if (refusal !== undefined) return refusal;
  const asked = {
    ...(beforeMs === undefined ? {} : { beforeMs }),
    ...(sizes === undefined ? {} : { sizes }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  };
  const machine = { arn: requirePruneMachine(target), family: 'prune' } as const;
  const started = await start(clients, machine, source, asked, await target.nowMs());
  return goOn(started, options, context, target, clients, previewJson(preview));
}
