import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { DeployedAlarm, IncidentsDeployment } from '@tidemark/core/incidents/settings';
import type { DescribeCall } from '@tidemark/core/incidents/steps';
import { invoke } from '../aws/lambda.ts';
import type { Context } from '../command.ts';
import { isDenied } from '../failure.ts';
import { printable } from '../render.ts';
import { requireIncidents, type Target } from '../target.ts';

const describe: DescribeCall = { op: 'describe' };
const whyCharactersMax = 300;

/** The alarms of a stage and whom to tell, as its functions have them: what is deployed, not what a file on this machine says. */
export async function readDeployment(target: Target): Promise<IncidentsDeployment> {
  return (await invoke(target.client, describingFunction(target), describe)) as IncidentsDeployment;
}

/** The one that operators of a single source may call: it changes nothing that is asked of it so. On a stack from before it did so, the other. */
function describingFunction(target: Target): string {
  const incidents = requireIncidents(target);
  return incidents.acknowledge ?? incidents.function;
}

/**
 * The same for whoever can do without, since the function may be what is broken. Undefined, and said, where these credentials may not call it or it fails.
 * `without`: what that comes to, `links are not shown`.
 */
export async function readDeploymentIfPossible(
  target: Target,
  { terminal }: Pick<Context, 'terminal'>,
  without: string,
): Promise<IncidentsDeployment | undefined> {
  try {
    return await readDeployment(target);
  } catch (error) {
    const name = describingFunction(target);
    const why = isDenied(error) ? `These credentials may not call ${name}` : `${name} does not answer (${error})`;
    terminal.note(`${printable(why, whyCharactersMax)}: ${without}.\n`);
    return undefined;
  }
}

/** Full links to headings of the runbook; undefined on a stack from before there was one. */
export function runbookOf(target: Target): string | undefined {
  return requireIncidents(target).runbook;
}

/** Undefined for an alarm that the stage does not have any more. */
export function alarmOf(deployment: IncidentsDeployment | undefined, item: IncidentItem): DeployedAlarm | undefined {
  return deployment?.alarms.find(({ alarm }) => alarm === item.Alarm);
}
