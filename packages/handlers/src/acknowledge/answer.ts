import { isEnded } from '@tidemark/core/incidents/incident';
import type { IncidentItem, SigningItem } from '@tidemark/core/incidents/items';
import { signingKey } from '@tidemark/core/incidents/items';
import { acknowledgeByLink, verifyLink } from '@tidemark/core/incidents/link';
import type { LinkPayload } from '@tidemark/core/incidents/link-token';
import type { IncidentsDeployment } from '@tidemark/core/incidents/settings';
import { instant, oneLine } from '@tidemark/core/incidents/wording';
import type { DynamoDB } from '../aws/dynamodb.ts';
import type { TaskTokens } from '../aws/task-tokens.ts';
import type { IncidentTable } from '../incidents/incident-table.ts';
import { detailsOf } from './details.ts';
import type { Page } from './page.ts';
import type { PageRequest } from './request.ts';

/** What every answer works with. */
export interface Invocation {
  readonly dynamodb: DynamoDB;
  /** Name of the Control table. */
  readonly control: string;
  readonly table: IncidentTable;
  readonly tokens: TaskTokens;
  /** What the stage is deployed with. */
  readonly deployment: () => IncidentsDeployment;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

const refusals: { readonly [Because in Extract<PageRequest, { kind: 'refused' }>['because']]: Page } = {
  method: {
    ...{ status: 405, title: 'Not possible', text: ['This address shows a page, and takes its form.'] },
    headers: { allow: 'GET, HEAD, POST' },
  },
  form: { status: 400, title: 'Not acknowledged', text: ['This is not what the form of this page sends.'] },
  foreign: { status: 403, title: 'Not acknowledged', text: ['The form was sent by another page.'] },
};

const otherwise = 'The command in the message acknowledges as well.';
const wrong: Page = {
  status: 403,
  title: 'Not a valid link',
  text: ['It was not made here, or was cut off.', otherwise],
};
const former: Page = {
  status: 410,
  title: 'This link is of an earlier version',
  text: [
    'Tidemark was updated since it was sent, and takes links of another kind now. Nothing was changed.',
    `${otherwise} So does the link of the next message.`,
  ],
};
const expired: Page = { status: 410, title: 'This link has expired', text: ['Nothing was changed.', otherwise] };
const gone: Page = { status: 410, title: 'This incident is no longer known', text: ['Nothing was changed.'] };

/** A request that is about an incident. */
export type LinkRequest = Exclude<PageRequest, { kind: 'runbook' }>;

/** A look changes nothing, however often and by whomever: only the form acknowledges. */
export async function answer(request: LinkRequest, invocation: Invocation): Promise<Page> {
  if (request.kind === 'refused') return refusals[request.because];
  const { dynamodb, control, nowMs, signal } = invocation;
  const signing = (await dynamodb.get(control, signingKey(), signal)) as SigningItem | undefined;
  if (signing === undefined) return wrong;
  const link = verifyLink(request.token, signing.Key, nowMs);
  if (!link.ok) return { wrong, former, expired }[link.because];
  return request.kind === 'look'
    ? look(link.payload, request.token, invocation)
    : acknowledged(link.payload, request.name, invocation);
}

async function look(payload: LinkPayload, token: string, invocation: Invocation): Promise<Page> {
  const item = await invocation.table.incident(payload.source, payload.incident);
  if (item === undefined) return gone;
  const details = detailsOf(item, payload, invocation.deployment(), invocation.nowMs);
  if (item.UsedLinks?.includes(payload.id)) return { ...used(item), details };
  if (isEnded(item)) return { ...ended, details };
  if (item.Acknowledged !== undefined) return { ...known(item, 'Acknowledged already'), details };
  return {
    status: 200,
    title: 'Acknowledge this incident?',
    text: [oneLine(item.Summary.What), 'Nobody else is told then, for now.'],
    details,
    token,
  };
}

async function acknowledged(
  payload: LinkPayload,
  name: string | undefined,
  { table, tokens, deployment, nowMs, signal }: Invocation,
): Promise<Page> {
  const { source, incident } = payload;
  const change = await table.change(source, incident, (read) => {
    const answer = acknowledgeByLink(read, payload, nowMs, name);
    return answer.ok ? { ...answer, isNew: read.Acknowledged === undefined } : { item: read, because: answer.because };
  });
  if (change === undefined) return gone;
  const details = detailsOf(change.item, payload, deployment(), nowMs);
  if ('because' in change) return { ...(change.because === 'used' ? used(change.item) : ended), details };
  for (const effect of change.effects) if (effect.kind === 'wake') await tokens.succeed(effect.token, signal);
  return { ...known(change.item, change.isNew ? 'Acknowledged' : 'Acknowledged already'), details };
}

const ended: Page = { status: 410, title: 'This incident is over', text: ['There is nothing left to acknowledge.'] };

/** Who has acknowledged, and when. */
function known(item: IncidentItem, title: string): Page {
  return { status: 200, title, text: [tellAcknowledged(item), 'Nobody else is told, unless it lasts.'] };
}

function used(item: IncidentItem): Page {
  const by = item.Acknowledged === undefined ? [] : [tellAcknowledged(item)];
  return { status: 410, title: 'This link was used', text: ['It acknowledges once.', ...by] };
}

function tellAcknowledged({ Acknowledged }: IncidentItem): string {
  return Acknowledged === undefined ? '' : `By ${Acknowledged.By}, ${instant(Acknowledged.AtMs)}.`;
}
