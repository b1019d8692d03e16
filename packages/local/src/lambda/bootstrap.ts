import { flushCompileCache } from 'node:module';
import { Socket } from 'node:net';
import { patchConsole } from './bootstrap/console.ts';
import { createContext } from './bootstrap/context.ts';
import { shiftDate } from './bootstrap/date.ts';
import { errorJson, runtimeError } from './bootstrap/error.ts';
import { type Handler, loadHandler } from './bootstrap/handler.ts';
import { maxRssKb } from './bootstrap/memory.ts';
import { traceHeader } from './bootstrap/trace.ts';
import { encodeFrame, FrameReader, type InvokeHeader, type SandboxHeader } from './frame.ts';

/*
 * What runs inside a sandbox: loads the handler, then takes invocations from file descriptor 3 until that closes. It is
 * the counterpart of Lambda's runtime for nodejs24.x and behaves like it: async or returning handlers, none with a
 * callback; an uncaught error answers the invocation and ends the process.
 */
const channel = new Socket({ fd: 3 });
delete process.env.NODE_COMPILE_CACHE;
const writeOut = process.stdout.write.bind(process.stdout);
const writeErr = process.stderr.write.bind(process.stderr);
const setRequestId = patchConsole();
/** The invocation that is not answered yet. */
let current: InvokeHeader | undefined;

function send(kind: SandboxHeader['kind'], body: string, then?: () => void): void {
  const header: SandboxHeader = { kind, ending: then !== undefined, maxRssKb: maxRssKb() };
  const pieces = encodeFrame(header, Buffer.from(body));
  channel.cork();
  for (const piece of pieces.slice(0, -1)) channel.write(piece);
  channel.write(pieces.at(-1) as Buffer, then);
  channel.uncork();
}

/** Answers the current invocation, once. */
function answer(kind: 'response' | 'error', body: string, then?: () => void): void {
  if (current === undefined) return;
  const { endMark } = current;
  current = undefined;
  channel.ref();
  writeOut(`${endMark}\n`);
  writeErr(`${endMark}\n`);
  send(kind, body, then);
}

/** An error outside the handler's promise ends the sandbox, after its invocation was answered. */
function fatal(label: string, error: unknown, exitCode: number): void {
  console.error(label, errorJson(error));
  const exit = () => process.exit(exitCode);
  if (current === undefined) send('initError', errorJson(error), exit);
  else answer('error', errorJson(error), exit);
}

async function run(handler: Handler, header: InvokeHeader, body: Buffer): Promise<void> {
  current = header;
  shiftDate(header.clockOffsetMs);
  setRequestId(header.requestId);
  process.env._X_AMZN_TRACE_ID = traceHeader(header.requestId);
  // The channel alone must not keep the process alive now: an empty event loop means that the handler can never answer.
  channel.unref();
  try {
    const result = await handler(JSON.parse(body.toString('utf8')), createContext(header));
    if (current === header) answer('response', serialize(result));
  } catch (error) {
    if (current !== header) return;
    console.error('Invoke Error', errorJson(error));
    answer('error', errorJson(error));
  }
}

function serialize(result: unknown): string {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

process.on('uncaughtException', (error) => fatal('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason) => {
  fatal('Unhandled Promise Rejection', runtimeError('UnhandledPromiseRejection', String(reason)), 128);
});
process.on('beforeExit', () => {
  const message =
    'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled.';
  answer('error', errorJson(runtimeError('NodeJsExit', message)));
});
// While the handler loads, the channel must not keep the process alive: a module that can never load ends it.
channel.unref();
// Ctrl-C in a terminal reaches the whole group: it is the engine that ends its sandboxes then.
process.on('SIGINT', () => {});

const frames = new FrameReader<InvokeHeader>();
const waiting: { header: InvokeHeader; body: Buffer }[] = [];
let take = (frame: { header: InvokeHeader; body: Buffer }) => void waiting.push(frame);
channel.on('data', (chunk: Buffer) => {
  for (const frame of frames.push(chunk)) take(frame);
});
// Without the engine there is nobody to answer to: the sandbox never outlives it.
channel.on('close', () => process.exit(0));
channel.on('error', () => process.exit(0));

try {
  const handler = await loadHandler(process.cwd(), process.env._HANDLER ?? '');
  take = ({ header, body }) => void run(handler, header, body);
  channel.ref();
  send('ready', '');
  // A sandbox is killed in the end: what it compiled is written now, where there is a place for it.
  flushCompileCache();
  for (const frame of waiting) take(frame);
} catch (error) {
  channel.ref();
  console.error('Uncaught Exception', errorJson(error));
  send('initError', errorJson(error), () => process.exit(1));
}
