import type { Command } from 'commander';
import type { Tables } from '../../aws/dynamodb.ts';
import type { TidemarkCommand } from '../../command.ts';
import { declined, requireAnswer } from '../../confirm.ts';
import { Failure } from '../../failure.ts';
import { renderInstant } from '../../render.ts';
import { withClients } from '../../replay/clients.ts';
import { familyOf } from '../../replay/family.ts';
import { refuseWhileLocked } from '../../replay/lock.ts';
import { parseReason } from '../../replay/run-options.ts';
import { type FoundRun, parseRun, readRun, requireRun } from '../../replay/runs.ts';
import { goOn, type RunOptions, start } from '../../replay/start-run.ts';
import { renderUndoable } from '../../replay/undoable-text.ts';
import { chooseSource, requireWorkflows } from '../../target.ts';

type UndoRunOptions = Pick<RunOptions, 'source' | 'reason' | 'detach' | 'yes'>;

export const undoRunCommand: TidemarkCommand<UndoRunOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Give back what a replay or backfill replaced, for every bucket into which nothing was counted since. The others stay, and are listed with the reason. Counting is held for some minutes. Asks first.',
      )
      .argument('<run>', 'the id of a run that has switched', parseRun)
      .option('--source <name>', 'the source of the run (default: whichever has it)')
      .option('--reason <text>', 'why, for whoever looks at the run later', parseReason)
      .option('--detach', 'start it and do not follow it')
      .option('--yes', 'do not ask')
      .addHelpText('after', '\nExample:\n  $ tidemark --stage prod replay undo 20261120T091500Z-0a1b2c3d'),

  run: async (options, [run = ''], context) => {
    requireAnswer(options, context);
    const target = await context.target();
    const machine = { arn: requireWorkflows(target).undo, family: 'replay' } as const;
    const sources = options.source === undefined ? target.sources : [chooseSource(target, options.source)];
    return withClients(target.client, async (clients) => {
      const found = await requireRun(target, clients.tables, sources, run);
      const { source } = found;
      await requireUndoable(found, clients.tables);
      await refuseWhileLocked(target, clients.tables, source);
      context.terminal.note(`${renderUndoable(found, context.terminal.columns)}\n`);
      const refusal = await declined('Take it back?', options, context);
      if (refusal !== undefined) return refusal;
      const asked = { undoes: run, ...(options.reason === undefined ? {} : { reason: options.reason }) };
      const started = await start(clients, machine, source, asked, await target.nowMs());
      return goOn(started, options, context, target, clients);
    });
  },
};

async function requireUndoable({ source, run, item }: FoundRun, tables: Tables): Promise<void> {
  const { Kind, Outcome, UndoneBy, UndoPrunedBy, Phase } = item;
  if (Kind === 'undo') throw new Failure(`run ${run} is an undo itself; start a replay to count again`);
  if (familyOf(Kind) === 'prune')
    throw new Failure(
      `run ${run} is a ${Kind}, which no undo takes back${Kind === 'prune' ? '; prune restore brings back what it has exported' : ''}`,
    );
  if (UndoPrunedBy !== undefined) {
    const prune = await readRun(tables, source, UndoPrunedBy);
    const when = prune === undefined ? '' : `, started ${renderInstant(prune.item.StartedMs)}`;
    throw new Failure(
      `what run ${run} replaced was deleted by prune ${UndoPrunedBy}${when}: it can no longer be taken back. Start a replay or a backfill to count again.`,
    );
  }
  if (UndoneBy !== undefined) throw new Failure(`run ${run} was undone already, by run ${UndoneBy}`);
  if (Outcome === 'switched') return;
  throw new Failure(
    Outcome === undefined
      ? `run ${run} has not ended: it is ${Phase}. Until it has switched, it can be cancelled.`
      : `run ${run} ended ${Outcome} and switched nothing: there is nothing to take back`,
  );
}
