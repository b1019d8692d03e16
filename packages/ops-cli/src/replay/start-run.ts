import { randomBytes } from 'node:crypto';
import type { DeployedSource } from '@tidemark/core/deployment';
import { type RunRequest, runId } from '@tidemark/core/replay/run';
import type { Context } from '../command.ts';
import { type Confirmation, declined } from '../confirm.ts';
import { exitCodes } from '../failure.ts';
import { operatorName } from '../operator.ts';
import { startProgress } from '../progress.ts';
import { wrapped } from '../render.ts';
import { commandOf, requireWorkflows, type Target } from '../target.ts';
import { type Clients, withClients } from './clients.ts';
import { estimateOf } from './estimate/estimate.ts';
import type { EstimateReach } from './estimate/stream-workload.ts';
import { estimateJson, renderEstimate } from './estimate/text.ts';
import type { Workload } from './estimate/workload.ts';
import type { RunFamily } from './family.ts';
import { floorRemarks } from './floors.ts';
import { followToEnd } from './follow-to-end.ts';
import { refuseWhileLocked } from './lock.ts';
import type { RunPlace } from './view.ts';

/** What every run can be started with. */
export interface RunOptions extends Confirmation {
  readonly source?: string;
  readonly reason?: string;
  readonly verify?: boolean;
  readonly force?: boolean;
  readonly detach?: boolean;
}

/** What is asked for, before it has an id. */
export type Asked = Omit<RunRequest, 'run' | 'source' | 'startedBy'>;

/** A run that counts: a replay or a backfill. */
export interface Recounting {
  readonly kind: 'replay' | 'backfill';
  readonly source: DeployedSource;
  readonly nowMs: number;
  readonly asked: Asked;
  workload(reach: EstimateReach): Promise<Workload>;
}

/** Shows what would be recounted, asks, starts, and follows to the end. Returns the exit code. */
export async function startRecounting(
  recounting: Recounting,
  options: RunOptions,
  context: Context,
  target: Target,
): Promise<number> {
  const { kind, source, nowMs, asked } = recounting;
  const { terminal, json } = context;
  const machine = { arn: requireWorkflows(target)[kind], family: 'replay' } as const;
  return withClients(target.client, async (clients) => {
    await refuseWhileLocked(target, clients.tables, source);
    const below = await floorRemarks(target, clients.tables, source, asked);
    const progress = startProgress(terminal, () => `Looking at what there is to recount of ${source.name} ...`);
    const reached = await recounting.workload({ source, ...clients, nowMs }).finally(() => progress.stop());
    const workload = { ...reached, remarks: [...reached.remarks, ...below] };
    const estimate = estimateOf(workload);
    const verify = options.verify === true;
    if (!json)
      terminal.note(
        `${titleOf(recounting, verify)}\n${renderEstimate(estimate, workload, { isVerification: verify, columns: terminal.columns })}`,
      );
    const refusal = verify ? undefined : await declined(`Start this ${kind}?`, options, context);
    if (refusal !== undefined) return refusal;
    const started = await start(clients, machine, source, { ...asked, ...flagsOf(options) }, nowMs);
    return goOn(started, options, context, target, clients, estimateJson(estimate, workload));
  });
}

/** Starts the execution of a run on the machine of its kind, and gives it the run's name. */
export async function start(
  { states }: Pick<Clients, 'states'>,
  machine: { readonly arn: string; readonly family: RunFamily },
  source: DeployedSource,
  asked: Asked,
  nowMs: number,
): Promise<RunPlace> {
  const run = runId(nowMs, randomBytes(4).toString('hex'));
  const request: RunRequest = { run, source: source.name, ...asked, ...startedBy() };
  return { source, run, family: machine.family, execution: await states.start(machine.arn, run, request) };
}

/** Follows what was started, or leaves it and says how to come back. */
export async function goOn(
  place: RunPlace,
  { detach }: Pick<RunOptions, 'detach'>,
  context: Context,
  target: Target,
  clients: Clients,
  estimate?: unknown,
): Promise<number> {
  const { terminal, json } = context;
  const { source, run, family, execution } = place;
  if (detach !== true) {
    if (!json) terminal.note(`${wrapped(`Started run ${run}. Ctrl-C leaves it going.`, terminal.columns, 0)}\n`);
    return followToEnd(context, target, clients, place);
  }
  const back = `${commandOf(target)} ${family} status ${run} --source ${source.name} --follow`;
  if (json) terminal.write(`${JSON.stringify({ run, source: source.name, execution, estimate })}\n`);
  else terminal.write(`Started run ${run}. Follow it with:\n  ${back}\n`);
  return exitCodes.fine;
}

function flagsOf({ verify, force, reason }: RunOptions): Pick<Asked, 'verify' | 'force' | 'reason'> {
  return {
    ...(verify === true ? { verify } : {}),
    ...(force === true ? { force } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

function titleOf({ kind, source }: Recounting, verify: boolean): string {
  if (verify) return `To be compared of ${source.name}, without changing anything:`;
  return `The ${kind} of ${source.name} would recount:`;
}

function startedBy(): Pick<RunRequest, 'startedBy'> {
  const name = operatorName();
  return name === undefined ? {} : { startedBy: name };
}
