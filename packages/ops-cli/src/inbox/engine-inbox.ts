import * as v from 'valibot';
import { Failure, UsageError } from '../failure.ts';
import type { Target } from '../target.ts';

/** Ways by which the local engine would have told someone. */
export const channels = ['email', 'email-json', 'sms', 'http', 'https'] as const;
export type Channel = (typeof channels)[number];

/** What lies in the inbox of a local engine. */
export type InboxMessage = v.InferOutput<typeof messageShape>;

const messageShape = v.looseObject({
  /** Ascending in the order of arrival. */
  id: v.number(),
  /** By the engine's clock, milliseconds since the epoch. */
  atMs: v.number(),
  channel: v.picklist(channels),
  to: v.string(),
  subject: v.optional(v.string()),
  text: v.string(),
  topicArn: v.optional(v.string()),
  messageId: v.string(),
  note: v.optional(v.string()),
});
const listShape = v.object({ messages: v.array(messageShape) });

export interface InboxSelection {
  readonly channel?: Channel;
  readonly to?: string;
  /** Only what came after the message with this id. */
  readonly after?: number;
}

/** The inbox of the engine that `--local` reaches; a UsageError for a stage in AWS, whose messages go to people. */
export function inboxOf({ endpoint }: Pick<Target, 'endpoint'>): EngineInbox {
  if (endpoint !== undefined) return new EngineInbox(endpoint);
  throw new UsageError(
    'There is an inbox in a local engine alone: call it with --local. In AWS, messages go to people.',
  );
}

export class EngineInbox {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async list({ channel, to, after }: InboxSelection): Promise<readonly InboxMessage[]> {
    const query = new URLSearchParams({
      ...(channel === undefined ? {} : { channel }),
      ...(to === undefined ? {} : { to }),
      ...(after === undefined ? {} : { after: String(after) }),
    });
    const response = await fetch(new URL(`/_tidemark/inbox?${query.toString()}`, this.#endpoint));
    // Something else may listen there, which answers in words of its own.
    const parsed = v.safeParse(listShape, await response.json().catch(() => undefined));
    if (response.ok && parsed.success) return parsed.output.messages;
    throw new Failure(`The engine at ${this.#endpoint} has no inbox: it is of another version. Start it again.`);
  }

  /** Undefined where there is none, or not any more. */
  async get(id: number): Promise<InboxMessage | undefined> {
    const response = await fetch(new URL(`/_tidemark/inbox/${id}`, this.#endpoint));
    const parsed = v.safeParse(messageShape, await response.json().catch(() => undefined));
    return parsed.success ? parsed.output : undefined;
  }
}
