import { InboxStore } from './inbox-store.ts';

/** What people are told by. */
export const inboxChannels = ['email', 'email-json', 'sms', 'http', 'https'] as const;
export type InboxChannel = (typeof inboxChannels)[number];

/** Something that a person, or an address outside of this machine, would have got. */
export interface InboxMessage {
  /** Ascending from 1 over the engine's life; where messages are kept, over that of the directory. */
  readonly id: number;
  /** When it arrived, engine time. */
  readonly atMs: number;
  readonly channel: InboxChannel;
  /** `oncall@example.org`, `+4915112345678`, `https://hooks.example.org/x` */
  readonly to: string;
  /** Of an e-mail. */
  readonly subject?: string;
  readonly text: string;
  /** Absent where it was sent to a telephone number directly. */
  readonly topicArn?: string;
  /** SNS's. */
  readonly messageId: string;
  /** Why it lies here and not where it was to go, or what it asks for. */
  readonly note?: string;
}

/** What is left out matches all. */
export interface InboxQuery {
  readonly channel?: InboxChannel;
  readonly to?: string;
  /** Only what came after this one. */
  readonly after?: number;
}

/** Older messages are dropped. */
const messagesMax = 10_000;

/** Where e-mail and text messages of the engine arrive: in memory, and in a file where there is a directory. */
export class Inbox {
  #messages: InboxMessage[] = [];
  #last = 0;
  readonly #store: InboxStore | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(directory?: string) {
    if (directory === undefined) return;
    this.#store = new InboxStore(directory);
    this.#messages = this.#store.messages();
    this.#last = this.#store.lastId();
  }

  add(message: Omit<InboxMessage, 'id'>): InboxMessage {
    this.#last += 1;
    const kept = { id: this.#last, ...message };
    this.#messages.push(kept);
    this.#store?.add(kept);
    if (this.#messages.length > messagesMax) {
      this.#messages = this.#messages.slice(messagesMax / 2);
      this.#store?.forgetBefore(this.#messages[0]?.id ?? 0);
    }
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return kept;
  }

  /** In the order of their arrival. */
  list({ channel, to, after = 0 }: InboxQuery = {}): readonly InboxMessage[] {
    return this.#messages.filter(
      (each) =>
        each.id > after && (channel === undefined || channel === each.channel) && (to === undefined || to === each.to),
    );
  }

  get(id: number): InboxMessage | undefined {
    return this.#messages.find((each) => each.id === id);
  }

  /** The first message that matches, now or when it comes; rejects with the signal's reason. */
  async next(query: InboxQuery = {}, signal?: AbortSignal): Promise<InboxMessage> {
    for (;;) {
      const [found] = this.list(query);
      if (found !== undefined) return found;
      const came = Promise.withResolvers<void>();
      const abort = () => came.reject(signal?.reason);
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.add(came.resolve);
      await came.promise.finally(() => {
        this.#waiting.delete(came.resolve);
        signal?.removeEventListener('abort', abort);
      });
    }
  }

  clear(): void {
    this.#messages = [];
    this.#store?.forgetBefore(this.#last + 1);
  }

  /** What was kept can still be read, but nothing is added any more. */
  close(): void {
    this.#store?.close();
  }
}
