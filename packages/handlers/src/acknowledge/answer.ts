import { isEnded } from '@tidemark/core/incidents/incident';
import type { IncidentItem, SigningItem } from '@tidemark/core/incidents/items';
import { signingKey } from '@tidemark/core/incidents/items';
import { acknowledgeByLink, type LinkPayload, verifyLink } from '@tidemark/core/incidents/link';
import { instant } from '@tidemark/core/incidents/wording';
import type { DynamoDB } from '../aws/dynamodb.ts';
import type { TaskTokens } from '../aws/task-tokens.ts';
import type { IncidentTable } from '../incidents/incident-table.ts';
import type { Page } from './page.ts';
import type { LinkRequest } from './request.ts';

/** What every answer works with. */
export interface Invocation {
  readonly dynamodb: DynamoDB;
  /** Name of the Control table. */
  readonly control: string;
  readonly table: IncidentTable;
  readonly tokens: TaskTokens;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

const refusals: { readonly [Because in Extract<LinkRequest, { kind: 'refused' }>['because']]: Page } = {
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
const expired: Page = { status: 410, title: 'This link has expired', text: ['Nothing was changed.', otherwise] };
const gone: Page = { status: 410, title: 'This incident is no longer known', text: ['Nothing was changed.'] };

/** A look changes nothing, however often and by whomever: only the form acknowledges. */
export async function answer(request: LinkRequest, invocation: Invocation): Promise<Page> {
  if (request.kind === 'refused') return refusals[request.because];
  const { dynamodb, control, nowMs, signal } = invocation;
  const signing = (await dynamodb.get(control, signingKey(), signal)) as SigningItem | undefined;
  if (signing === undefined) return wrong;
  const link = verifyLink(request.token, signing.Key, nowMs);
  if (!link.ok) return link.because === 'wrong' ? wrong : expired;
  return request.kind === 'look'
    ? look(link.payload, request.token, invocation)
    : acknowledged(link.payload, request.name, invocation);
}

async function look(payload: LinkPayload, token: string, { table }: Invocation): Promise<Page> {
  const item = await table.incident(payload.source, payload.incident);
  if (item === undefined) return gone;
  if (item.UsedLinks?.includes(payload.id)) return used(item);
  if (isEnded(item)) return ended(item);
  if (item.Acknowledged !== undefined) return known(item, 'Acknowledged already');
  return {
    status: 200,
    title: 'Acknowledge this incident?',
    text: ['Nobody else is told then, for now.'],
    item,
    token,
  };
}

async function acknowledged(
  payload: LinkPayload,
  name: string | undefined,
  { table, tokens, nowMs, signal }: Invocation,
): Promise<Page> {
  const { source, incident } = payload;
  const change = await table.change(source, incident, (read) => {
    const answer = acknowledgeByLink(read, payload, nowMs, name);
    return answer.ok ? { ...answer, isNew: read.Acknowledged === undefined } : { item: read, because: answer.because };
  });
  if (change === undefined) return gone;
  if ('because' in change) return change.because === 'used' ? used(change.item) : ended(change.item);
  for (const effect of change.effects) if (effect.kind === 'wake') await tokens.succeed(effect.token, signal);
  return known(change.item, change.isNew ? 'Acknowledged' : 'Acknowledged already');
}

/** Who has acknowledged, and when. */
function known(item: IncidentItem, title: string): Page {
  return { status: 200, title, text: [tellAcknowledged(item), 'Nobody else is told, unless it lasts.'], item };
}

function used(item: IncidentItem): Page {
  const by = item.Acknowledged === undefined ? [] : [tellAcknowledged(item)];
  return { status: 410, title: 'This link was used', text: ['It acknowledges once.', ...by], item };
}

function ended(item: IncidentItem): Page {
  return { status: 410, title: 'This incident is over', text: ['There is nothing left to acknowledge.'], item };
}

function tellAcknowledged({ Acknowledged }: IncidentItem): string {
  return Acknowledged === undefined ? '' : `By ${Acknowledged.By}, ${instant(Acknowledged.AtMs)}.`;
}
