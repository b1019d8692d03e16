import { createSign, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** Where the public key of an engine's signatures is. */
export const signingKeyPath = '/_tidemark/sns-signing-key.pem';

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Signs what SNS signs, with a key of this engine's own that is made when it is first needed. */
export class Signer {
  #pair: Promise<KeyPair> | undefined;

  /** `version` 1 is SHA-1, 2 is SHA-256; the members that are given are signed in the order of their names. */
  async sign(version: '1' | '2', members: Readonly<Record<string, string | undefined>>): Promise<string> {
    const { privateKey } = await this.#keys();
    const text = Object.keys(members)
      .sort()
      .flatMap((name) => (members[name] === undefined ? [] : [`${name}\n${members[name]}\n`]))
      .join('');
    return createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
      .update(text)
      .sign(privateKey, 'base64');
  }

  async publicKeyPem(): Promise<string> {
    const { publicKey } = await this.#keys();
    return String(publicKey.export({ type: 'spki', format: 'pem' }));
  }

  #keys(): Promise<KeyPair> {
    this.#pair ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    return this.#pair;
  }
}
