import type { Protocol } from './protocol.ts';

export interface MessageAttribute {
  /** `String`, `String.Array`, `Number` or `Binary`; a suffix of one's own may follow. */
  readonly dataType: string;
  /** Of bytes: base64. */
  readonly value: string;
}

export interface SnsMessage {
  readonly messageId: string;
  readonly subject: string | undefined;
  /** For every protocol that has no text of its own. */
  readonly text: string;
  readonly textOf: Readonly<Partial<Record<Protocol, string>>>;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** Engine time. */
  readonly publishedMs: number;
}

export function textFor({ text, textOf }: SnsMessage, protocol: Protocol): string {
  return textOf[protocol] ?? text;
}
