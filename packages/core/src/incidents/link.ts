import { createHash } from 'node:crypto';
import { acknowledge } from './answer.ts';
import type { AnswerChange } from './change.ts';
import { changed, isEnded, wakeOf } from './incident.ts';
import type { IncidentItem, Telling } from './items.ts';
import type { LinkPayload } from './link-token.ts';
import { readToken } from './link-token.ts';
import { tellingId } from './outbox.ts';
import type { Contact } from './settings.ts';

/** How long a link acknowledges, in milliseconds. */
export const linkMsMax = 24 * 60 * 60 * 1000;
/** An id is kept of each link that was used; as many as an incident ever sends are far fewer. */
const usedLinksMax = 100;

/** `wrong`: nobody with the key has made it. `former`: perhaps somebody has, before links were made as they are now. */
export type LinkResult =
  | { readonly ok: true; readonly payload: LinkPayload }
  | { readonly ok: false; readonly because: 'wrong' | 'former' | 'expired' };

/** The link of one telling to one contact: the same whenever it is made for the same message. */
export function linkPayloadOf(
  { source, incident }: { readonly source: string; readonly incident: string },
  telling: Telling,
  contact: Contact,
  expiresMs: number,
): LinkPayload {
  const id = createHash('sha256')
    .update(`${incident}\n${tellingId(telling)}\n${contact}`)
    .digest('hex')
    .slice(0, 8);
  return { incident, source, tier: telling.Tier, expiresMs: Math.ceil(expiresMs / 1000) * 1000, id };
}

/** Whether a token is ours, and still holds. `key`: of the item `SIGNING`, in base64. */
export function verifyLink(token: string, key: string, nowMs: number): LinkResult {
  const read = readToken(token, key);
  if (typeof read === 'string') return { ok: false, because: read };
  return read.expiresMs <= nowMs ? { ok: false, because: 'expired' } : { ok: true, payload: read };
}

/** `used`: it has acknowledged before. `ended`: there is nothing left to acknowledge. */
export type LinkAnswer =
  | Extract<AnswerChange, { ok: true }>
  | { readonly ok: false; readonly because: 'used' | 'ended' };

/** Somebody has pressed the button behind a link that was verified. Nothing of a mail scanner's does: it only looks at the page. */
export function acknowledgeByLink(
  item: IncidentItem,
  { id, tier }: LinkPayload,
  nowMs: number,
  by = `tier ${tier}`,
): LinkAnswer {
  const used = item.UsedLinks ?? [];
  if (used.includes(id)) return { ok: false, because: 'used' };
  if (isEnded(item)) return { ok: false, because: 'ended' };
  const change = acknowledge(item, { by, how: 'link', nowMs });
  if (!change.ok) return { ok: false, because: 'ended' };
  const noted = changed(change.item, { UsedLinks: [...used, id].slice(-usedLinksMax) });
  const next = { ...noted, Version: item.Version + 1 };
  return { ok: true, item: next, effects: wakeOf(next) };
}
