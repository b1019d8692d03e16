import { setTimeout as sleep } from 'node:timers/promises';
import type { LambdaHost, LogLine } from '@tidemark/local/lambda/host';

/** Wall time in which whatever follows from a step of the clock or from a write has begun. */
const settleMs = 40;
const pollMs = 5;

/** Follows invocations by their log lines, and adds up what CloudWatch Logs would be sent. */
export class Activity {
  readonly logBytes = new Map<string, number>();
  readonly invocations = new Map<string, number>();

  readonly onLog = ({ functionName, text }: LogLine): void => {
    if (text.includes('"platform.start"')) {
      this.invocations.set(functionName, (this.invocations.get(functionName) ?? 0) + 1);
    }
    this.logBytes.set(functionName, (this.logBytes.get(functionName) ?? 0) + Buffer.byteLength(text));
  };

  /** Resolves when nothing runs and nothing has begun for a while. A cold start runs before it begins to log. */
  async settled(host: Pick<LambdaHost, 'running'>): Promise<void> {
    for (;;) {
      const before = this.#begun();
      await sleep(settleMs);
      while (host.running > 0) await sleep(pollMs);
      if (this.#begun() === before) return;
    }
  }

  #begun(): number {
    return [...this.invocations.values()].reduce((sum, each) => sum + each, 0);
  }
}
