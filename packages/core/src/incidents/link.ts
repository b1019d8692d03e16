import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { acknowledge } from './answer.ts';
import type { AnswerChange } from './change.ts';
import { changed, isEnded, wakeOf } from './incident.ts';
import type { IncidentItem, Telling } from './items.ts';
import { tellingId } from './outbox.ts';
import type { Contact } from './settings.ts';

/** How long a link acknowledges, in milliseconds. */
export const linkMsMax = 24 * 60 * 60 * 1000;
/** An id is kept of each link that was used; as many as an incident ever sends are far fewer. */
const usedLinksMax = 100;

const linkPayload = v.object({
  incident: v.string(),
  source: v.string(),
  tier: v.number(),
  step: v.number(),
  expiresMs: v.number(),
  id: v.string(),
});

/** What a link says: which incident, and whom it was sent to. `id` is its own: it acknowledges once. */
export interface LinkPayload extends Readonly<v.InferOutput<typeof linkPayload>> {}

/** `wrong`: nobody with the key has made it. */
export type LinkResult =
  | { readonly ok: true; readonly payload: LinkPayload }
  | { readonly ok: false; readonly because: 'wrong' | 'expired' };

/** The link of one telling to one contact: the same whenever it is made for the same message. */
export function linkPayloadOf(
  { source, incident }: { readonly source: string; readonly incident: string },
  telling: Telling,
  contact: Contact,
  { step, expiresMs }: { readonly step: number; readonly expiresMs: number },
): LinkPayload {
  const id = createHash('sha256')
    .update(`${incident}\n${tellingId(telling)}\n${contact}`)
    .digest('hex')
    .slice(0, 16);
  return { incident, source, tier: telling.Tier, step, expiresMs, id };
}

/** `<payload>.<signature>`, both in base64url. `key`: of the item `SIGNING`, in base64. */
export function signLink(payload: LinkPayload, key: string): string {
  const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${text}.${signatureOf(text, key).toString('base64url')}`;
}

/** Whether it is ours, and still holds. Nothing of it is believed before its signature is. */
export function verifyLink(token: string, key: string, nowMs: number): LinkResult {
  const [text = '', signature = '', ...more] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const own = signatureOf(text, key);
  const isOurs = more.length === 0 && given.length === own.length && timingSafeEqual(given, own);
  const result = isOurs
    ? v.safeParse(v.pipe(v.string(), v.parseJson(), linkPayload), Buffer.from(text, 'base64url').toString())
    : undefined;
  if (result?.success !== true) return { ok: false, because: 'wrong' };
  return result.output.expiresMs <= nowMs ? { ok: false, because: 'expired' } : { ok: true, payload: result.output };
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

function signatureOf(text: string, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest();
}
