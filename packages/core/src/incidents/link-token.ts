import { createHmac, timingSafeEqual } from 'node:crypto';
import { incidentIdOf, instantOfId } from './incident-id.ts';

/** What a link says: which incident, and whom it was sent to. */
export interface LinkPayload {
  readonly incident: string;
  /** Its partition. */
  readonly source: string;
  /** The tier that was told, from 0 to 255. */
  readonly tier: number;
  /** In whole seconds. Milliseconds since the epoch. */
  readonly expiresMs: number;
  /** The link's own: it acknowledges once. 8 hexadecimal digits. */
  readonly id: string;
}

/**
 * Names how a token is made, and ends it: mail programs and telephones take a letter at the end of an address for a part of it, which `-` and `_` may not be.
 */
const format = 'a';
/** Bytes of expiry, moment and hash of the incident, tier, and id; the source follows, and the signature. */
const [expiryAt, momentAt, hashAt, tierAt, idAt, sourceAt] = [0, 4, 8, 12, 13, 17] as const;
/** Half of SHA-256: nobody guesses it, and a token stays short enough for a text message. */
const signatureBytes = 16;
/** As links were made before they were this short. */
const formerToken = /^[\w-]+\.[\w-]{43}$/;

/** In base64url, 48 characters of a source with three letters. `key`: of the item `SIGNING`, in base64. */
export function signedToken({ incident, source, tier, expiresMs, id }: LinkPayload, key: string): string {
  const head = Buffer.alloc(sourceAt);
  head.writeUInt32BE(expiresMs / 1000, expiryAt);
  head.writeUInt32BE(instantOfId(incident) / 1000, momentAt);
  head.write(incident.slice(-8), hashAt, 'hex');
  head.writeUInt8(tier, tierAt);
  head.write(id, idAt, 'hex');
  const said = Buffer.concat([head, Buffer.from(source)]);
  return `${Buffer.concat([said, signatureOf(said, key)]).toString('base64url')}${format}`;
}

/** What a token says that was made with the key; else why it is none. Nothing of it is believed before its signature is. */
export function readToken(token: string, key: string): LinkPayload | 'wrong' | 'former' {
  if (formerToken.test(token)) return 'former';
  const bytes = Buffer.from(token.slice(0, -1), 'base64url');
  // Base64 may be written in several ways: a token in one.
  if (`${bytes.toString('base64url')}${format}` !== token || bytes.length <= sourceAt + signatureBytes) return 'wrong';
  const said = bytes.subarray(0, -signatureBytes);
  if (!timingSafeEqual(bytes.subarray(-signatureBytes), signatureOf(said, key))) return 'wrong';
  return {
    incident: incidentIdOf(said.readUInt32BE(momentAt) * 1000, said.toString('hex', hashAt, tierAt)),
    ...{ source: said.toString('utf8', sourceAt), tier: said.readUInt8(tierAt) },
    ...{ expiresMs: said.readUInt32BE(expiryAt) * 1000, id: said.toString('hex', idAt, sourceAt) },
  };
}

/** The format is signed too: what is made in another way later is never read as this. */
function signatureOf(said: Buffer, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64'))
    .update(format)
    .update(said)
    .digest()
    .subarray(0, signatureBytes);
}
