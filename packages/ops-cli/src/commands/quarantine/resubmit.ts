import { randomUUID } from 'node:crypto';
import type { DeployedSource } from '@tidemark/core/deployment';
import type { Command } from 'commander';
import type { Context, TidemarkCommand } from '../../command.ts';
import { type Confirmation, declined, requireAnswer } from '../../confirm.ts';
import { exitCodes, UsageError } from '../../failure.ts';
import { parseMoment } from '../../option.ts';
import { startProgress } from '../../progress.ts';
import { type QuarantineClients, withQuarantine } from '../../quarantine/clients.ts';
import { Markers } from '../../quarantine/marker.ts';
import { dueOf, outcomeLines, planLines, whyNot } from '../../quarantine/outcome-text.ts';
import type { Plan } from '../../quarantine/plan.ts';
import { parseReasonOf, type QueryOptions, queryOf } from '../../quarantine/query.ts';
import { type Due, type RunOutcome, resubmit } from '../../quarantine/run.ts';
import { plansOf, type Selection } from '../../quarantine/select.ts';
import { ResubmissionStream } from '../../quarantine/stream.ts';
import { readTodayFacts } from '../../quarantine/today.ts';
import { printable, renderAmount, renderCount } from '../../render.ts';
import { chooseSource, type Target } from '../../target.ts';

interface ResubmitOptions extends QueryOptions, Confirmation {
  readonly source?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export const resubmitQuarantineCommand: TidemarkCommand<ResubmitOptions> = {
  define: (command: Command) =>
    command
      .description(
        'Put on the stream anew what was set aside, once its cause is mended: each event once, however often this is called, also after it was killed, also twice at once. What would be set aside again is refused, and so is what was counted. Asks first.',
      )
      .argument('[keys...]', 'the keys of objects, as list shows them')
      .option('--reason <reason>', 'every record that was set aside for this reason', parseReasonOf([]))
      .option('--all', 'every record')
      .option('--since <time>', 'with --reason or --all: arrivals from this on', parseMoment)
      .option('--until <time>', 'with --reason or --all: arrivals before this', parseMoment)
      .option('--source <name>', 'the source (default: the first)')
      .option('--dry-run', 'only say what would be done')
      .option(
        '--force',
        'also what would be set aside again; and of keys that are named, also what may have been put by a command that did not end',
      )
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        '\nExamples:\n  $ tidemark --stage prod quarantine resubmit --reason time-unreadable --dry-run\n  $ tidemark --stage prod quarantine resubmit --reason time-unreadable --since 2d\n  $ tidemark --local quarantine resubmit 2026-11-02/shardId-000000000003/4968-0.json --yes',
      ),

  run: async (options, keys, context) => {
    checkCall(options, keys);
    if (options.dryRun !== true) requireAnswer(options, context);
    const target = await context.target();
    const source = chooseSource(target, options.source);
    const selection = keys.length > 0 ? { keys } : { query: queryOf(options, await target.nowMs()) };
    const stream = new ResubmissionStream(target.client, source.stream, target.nowMs);
    const markers = new Markers(target.client, source, randomUUID());
    try {
      return await withQuarantine(target.client, (clients) =>
        run({ ...clients, options, selection, context, target, source, stream, markers }),
      );
    } finally {
      stream.close();
      markers.close();
    }
  },
};

function checkCall({ reason, all, since, until }: ResubmitOptions, keys: readonly string[]): void {
  const ways = [keys.length > 0, reason !== undefined, all === true].filter((way) => way).length;
  if (ways !== 1) throw new UsageError('name keys, or a --reason, or --all: exactly one of the three');
  if (keys.length > 0 && (since !== undefined || until !== undefined))
    throw new UsageError('--since and --until choose among the records of --reason or --all');
}

interface Call extends QuarantineClients {
  readonly options: ResubmitOptions;
  readonly selection: Selection;
  readonly context: Context;
  readonly target: Target;
  readonly source: DeployedSource;
  readonly stream: ResubmissionStream;
  readonly markers: Markers;
}

async function run(call: Call): Promise<number> {
  const { options, context, source } = call;
  const plans = await plan(call);
  const due = dueOf(plans);
  const notDone = plans.filter(({ kind }) => kind === 'refused').length;
  if (!context.json) {
    const said = planLines(plans)
      .map((line) => `${line}\n`)
      .join('');
    if (options.dryRun === true) context.terminal.write(said);
    else context.terminal.note(said);
  }
  if (options.dryRun === true || due.length === 0) {
    if (context.json) tellJson(call, plans, new Map());
    return notDone === 0 ? exitCodes.fine : exitCodes.failed;
  }
  const question = `Put ${renderAmount(due.length, 'record', 'records')} on stream ${source.stream} anew?`;
  const refusal = await declined(question, options, context);
  if (refusal !== undefined) return refusal;
  const outcomes = new Map<string, RunOutcome>();
  const signal = context.terminal.interruption();
  try {
    await carryOut(call, due, outcomes, signal);
  } finally {
    // Where it fails before it has begun, there is nothing to tell.
    if (outcomes.size > 0 && context.json) tellJson(call, plans, outcomes);
    else if (outcomes.size > 0) for (const line of outcomeLines(due, outcomes)) context.terminal.write(`${line}\n`);
  }
  const isDone = notDone === 0 && due.every((each) => whyNot(each, outcomes.get(each.object)) === undefined);
  if (isDone) return exitCodes.fine;
  return signal.aborted ? exitCodes.interrupted : exitCodes.failed;
}

async function plan({ options, selection, context, target, source, markers, tables, objects }: Call): Promise<Plan[]> {
  let looked = 0;
  const progress = startProgress(context.terminal, () => `Looked at ${renderAmount(looked, 'object', 'objects')} ...`);
  try {
    const facts = await readTodayFacts(tables, source, await target.nowMs());
    const onProgress = (count: number): void => {
      looked = count;
    };
    const force = options.force === true;
    return await plansOf(selection, { tables, objects, source, markers, facts, force, onProgress });
  } finally {
    progress.stop();
  }
}

async function carryOut(
  { options, selection, context, target, source, stream, markers, objects }: Call,
  due: readonly Due[],
  outcomes: Map<string, RunOutcome>,
  signal: AbortSignal,
): Promise<void> {
  let phrase = '';
  const progress = startProgress(context.terminal, () => {
    const said = phrase === '' ? '' : `  ${phrase}`;
    return printable(
      `${renderCount(outcomes.size)} of ${renderCount(due.length)} records${said}`,
      context.terminal.columns,
    );
  });
  const say = (said: string): void => {
    phrase = said;
  };
  try {
    const facts = await stream.facts();
    const reach = { markers, stream, facts, nowMs: target.nowMs, signal, say };
    const mayRepeat = options.force === true && 'keys' in selection;
    await resubmit(due, source, objects, reach, mayRepeat, (object, outcome) => outcomes.set(object, outcome));
  } finally {
    progress.stop();
  }
}

function tellJson(
  { context, source, options }: Call,
  plans: readonly Plan[],
  outcomes: ReadonlyMap<string, RunOutcome>,
): void {
  const rows = plans.map((plan) => {
    const events = 'events' in plan ? { events: plan.events } : {};
    const outcome = outcomes.get(plan.object);
    const isDue = plan.kind === 'send' || plan.kind === 'resume';
    const why = isDue && outcome !== undefined ? whyNot(plan, outcome) : 'why' in plan && !isDue ? plan.why : undefined;
    const state = isDue ? (outcome?.kind ?? (options.dryRun === true ? 'would-send' : 'open')) : plan.kind;
    return { key: plan.object, outcome: state, ...events, ...(why === undefined ? {} : { why }) };
  });
  const said = { source: source.name, dryRun: options.dryRun === true, rows };
  context.terminal.write(`${JSON.stringify(said)}\n`);
}
