import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { FunctionDefinition } from './definition.ts';
import { nodeFlags, sandboxEnvironment } from './environment.ts';
import type { Exit, SandboxFailure } from './exit.ts';
import { encodeFrame, type Frame, FrameReader, type InvokeHeader, type SandboxHeader } from './frame.ts';
import { endWithEngine } from './live-processes.ts';
import { LogLines } from './log-lines.ts';
import { type MemoryWatch, watchMemory } from './memory-watch.ts';

/** What became of what was asked of a sandbox: its initialization or one invocation. */
export type SandboxOutcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'response'; readonly body: Buffer }
  | { readonly kind: 'error'; readonly failure: SandboxFailure }
  | { readonly kind: 'exit'; readonly exit: Exit }
  | { readonly kind: 'timeout' };

export interface SandboxOptions {
  readonly endpoint: string;
  readonly region: string;
  /** Takes the lines of standard output and error in the order in which they arrive. */
  readonly line: (text: string) => void;
}

/** How long the engine waits for the last log lines of a handler that tampered with its own output. */
const logWaitMsMax = 1000;
const tailLinesMax = 500;
/** Beside this file, as TypeScript in the sources and as JavaScript in what is built from them. */
const bootstrapFile = fileURLToPath(new URL(`./bootstrap${import.meta.url.slice(-3)}`, import.meta.url));

/**
 * One execution environment: a child process that holds one function and runs one invocation at a time. It ends with
 * `end`, with the engine's process, and when its pipe to the engine closes.
 */
export class Sandbox {
  readonly sessionToken = randomBytes(12).toString('hex');
  readonly logStreamName: string;
  readonly started: Promise<SandboxOutcome>;
  /** Settles when the process has ended. */
  readonly ended: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #logs: readonly LogLines[];
  readonly #memory: MemoryWatch;
  readonly #line: (text: string) => void;
  #tail: string[] = [];
  #settle: ((outcome: SandboxOutcome) => void) | undefined;
  #outOfMemory = false;
  #usable = true;
  #maxRssKb = 0;

  constructor(definition: FunctionDefinition, options: SandboxOptions) {
    this.logStreamName = `[$LATEST]${randomBytes(16).toString('hex')}`;
    const names = { ...options, sessionToken: this.sessionToken, logStreamName: this.logStreamName };
    this.#child = spawn(process.execPath, [...nodeFlags(definition), bootstrapFile], {
      cwd: definition.codeFolder,
      env: sandboxEnvironment(definition, names),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const [, out, err, channel] = this.#child.stdio as unknown as [null, Readable, Readable, Duplex];
    this.#channel = channel;
    this.#line = options.line;
    this.#logs = [out, err].map((stream) => new LogLines(stream, (text) => this.log(text)));
    this.#memory = watchMemory(this.#child.pid ?? 0, definition.memoryMb, () => {
      this.#outOfMemory = true;
      this.end();
    });
    this.started = this.#outcome();
    this.ended = this.#end(channel);
    endWithEngine(this.#child);
    const frames = new FrameReader<SandboxHeader>();
    channel.on('data', (chunk: Buffer) => {
      for (const frame of frames.push(chunk)) this.#receive(frame);
    });
    // A write to a process that is ending fails; its end is what is reported.
    channel.on('error', () => {});
  }

  /** Whether it can take another invocation. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Highest memory use so far, in MB, as far as it is known. */
  get usedMbMax(): number {
    return Math.ceil(Math.max(this.#memory.usedMbMax, this.#maxRssKb / 1024));
  }

  /** The latest lines, the supervisor's among them, since the last call. */
  takeTail(): readonly string[] {
    const tail = this.#tail;
    this.#tail = [];
    return tail;
  }

  /** Adds a line to the sandbox's log stream. */
  log(text: string): void {
    this.#tail.push(text);
    if (this.#tail.length > tailLinesMax) this.#tail.shift();
    this.#line(text);
  }

  /** Runs one invocation and waits for its log lines. At the timeout the process is killed, as Lambda ends a sandbox. */
  async invoke(request: Omit<InvokeHeader, 'endMark'>, event: Buffer): Promise<SandboxOutcome> {
    const endMark = randomBytes(12).toString('hex');
    const logged = Promise.all(this.#logs.map((logs) => logs.marked(endMark)));
    const outcome = this.#outcome();
    const timer = setTimeout(() => this.#timeOut(), request.timeoutMs);
    for (const piece of encodeFrame({ ...request, endMark } satisfies InvokeHeader, event)) this.#channel.write(piece);
    const result = await outcome;
    clearTimeout(timer);
    await atMost(logWaitMsMax, logged);
    return result;
  }

  /** Ends an initialization or an invocation that takes too long. */
  #timeOut(): void {
    this.#finish({ kind: 'timeout' });
    this.end();
  }

  /** Waits for the initialization. Past `limitMs` the process is killed and the outcome is `timeout`. */
  async start(limitMs: number): Promise<SandboxOutcome> {
    const timer = setTimeout(() => this.#timeOut(), limitMs);
    const outcome = await this.started;
    clearTimeout(timer);
    return outcome;
  }

  /** Kills the process, without notice as a crash or a frozen sandbox's end would. */
  end(): void {
    this.#usable = false;
    this.#child.kill('SIGKILL');
  }

  /** The same, and resolves when the process is gone. */
  async kill(): Promise<void> {
    this.end();
    await this.ended;
  }

  #outcome(): Promise<SandboxOutcome> {
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  #receive({ header, body }: Frame<SandboxHeader>): void {
    this.#maxRssKb = header.maxRssKb;
    if (header.ending) this.#usable = false;
    if (header.kind === 'ready') this.#finish({ kind: 'ready' });
    else if (header.kind === 'response') this.#finish({ kind: 'response', body });
    else this.#finish({ kind: 'error', failure: JSON.parse(body.toString('utf8')) as SandboxFailure });
  }

  #finish(outcome: SandboxOutcome): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
  }

  /** The exit may be seen before the pipe's last message, so that both are awaited. */
  async #end(channel: Duplex): Promise<Exit> {
    const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
    const exit = await new Promise<Exit>((resolve) => {
      this.#child.once('exit', (code, signal) => resolve({ code, signal, outOfMemory: this.#outOfMemory }));
      this.#child.once('error', () => resolve({ code: 1, signal: null, outOfMemory: false }));
    });
    this.#usable = false;
    this.#memory.stop();
    await closed;
    this.#finish({ kind: 'exit', exit });
    return exit;
  }
}

async function atMost(ms: number, awaited: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([awaited, late]);
  clearTimeout(timer);
}
