import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { DeployedAlarm, IncidentsDeployment } from '@tidemark/core/incidents/settings';
import type { DescribeCall } from '@tidemark/core/incidents/steps';
import { invoke } from '../aws/lambda.ts';
import type { Context } from '../command.ts';
import { requireIncidents, type Target } from '../target.ts';

const describe: DescribeCall = { op: 'describe' };

/** The alarms of a stage and whom to tell, as its function has them: what is deployed, not what a file on this machine says. */
export async function readDeployment(target: Target): Promise<IncidentsDeployment> {
  const answer = await invoke(target.client, requireIncidents(target).function, describe);
  return answer as IncidentsDeployment;
}

/** The same for whoever can do without. Undefined, and said, where these credentials may not call the function. */
export async function readDeploymentIfAllowed(
  target: Target,
  { terminal }: Pick<Context, 'terminal'>,
): Promise<IncidentsDeployment | undefined> {
  try {
    return await readDeployment(target);
  } catch (error) {
    if (!(error instanceof Error && /AccessDenied/.test(error.name))) throw error;
    terminal.note(
      `These credentials may not call ${requireIncidents(target).function}: shown without what it knows of the alarms.\n`,
    );
    return undefined;
  }
}

/** Undefined for an alarm that the stage does not have any more. */
export function alarmOf(deployment: IncidentsDeployment | undefined, item: IncidentItem): DeployedAlarm | undefined {
  return deployment?.alarms.find(({ alarm }) => alarm === item.Alarm);
}
