import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { inject } from 'vitest';

interface Answer {
  readonly id: number;
  readonly leftMs: number;
  /** What the handler returned. */
  readonly answer?: unknown;
  readonly error?: Error;
  readonly errorName?: string;
}

/** The most that Lambda gives: a busy machine makes an invocation slow, not wrong. */
const invocationMsMax = 15 * 60_000;

/** One instance of a bundled function, in a thread of its own: its own memory, modules and environment. */
export class Instance {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  #id = 0;
  #logs = '';

  private constructor(worker: Worker) {
    this.#worker = worker;
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#logs += text;
      });
    }
    worker.on('message', (answer: Answer) => {
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
    });
    worker.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the instance has ended'));
    });
  }

  static async start(bundle: string, environment: Record<string, string>): Promise<Instance> {
    const worker = new Worker(inject('instanceWorker'), {
      workerData: { url: bundle },
      env: environment,
      stdout: true,
      stderr: true,
    });
    await once(worker, 'message');
    return new Instance(worker);
  }

  /** Resolves with the milliseconds that were left of the invocation; rejects with what the handler threw. */
  async invoke(event: unknown, remainingMs = invocationMsMax): Promise<number> {
    return (await this.#call(event, remainingMs)).leftMs;
  }

  /** Resolves with what the handler returned, as JSON carries it; rejects with what it threw. */
  async answer(event: unknown, remainingMs = invocationMsMax): Promise<unknown> {
    const { answer } = await this.#call(event, remainingMs);
    return answer === undefined ? undefined : JSON.parse(JSON.stringify(answer));
  }

  async #call(event: unknown, remainingMs: number): Promise<Answer> {
    this.#id += 1;
    const id = this.#id;
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, event, remainingMs });
    });
    const { error, errorName, leftMs } = answer;
    if (error) throw Object.assign(error, { leftMs, ...(errorName === undefined ? {} : { name: errorName }) });
    return answer;
  }

  /** What the instance wrote to its standard output and error. */
  get logs(): string {
    return this.#logs;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
