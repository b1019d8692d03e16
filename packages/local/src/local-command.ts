import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { announce } from './announcement.ts';
import { stageOf } from './control.ts';
import { type Engine, type EngineOptions, startEngine } from './engine.ts';
import type { LogLine } from './lambda/host.ts';
import { showProgress } from './progress.ts';
import { javaOf } from './services/dynamodb/java.ts';
import { untilStopped } from './until-stopped.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const usualPort = 4588;
const portMax = 65_535;

interface LocalOptions {
  readonly assembly: string;
  readonly stage?: string;
  readonly port?: number;
  readonly persist?: string;
  readonly region: string;
  readonly logs?: string;
  readonly json?: boolean;
}

const help = `
The engine speaks the AWS protocols on one port of the loopback address. Any AWS client reaches it with
AWS_ENDPOINT_URL alone, whatever region and keys it signs with.

--persist DIR keeps streams, tables, objects, metrics, alarms, the inbox and the positions of event source mappings over a
restart. When the engine is killed, nothing that it had acknowledged is lost; what functions were at is delivered to them
again. When the machine itself goes down, the last moments may be lost, and not the same moments in every part. The
engine's clock is not kept.

Examples:
  $ npx -y pnpm@12 local
  $ npx -y pnpm@12 local --persist data --logs functions.log

Exit codes: 0 stopped, 1 failed, 2 wrong usage.`;

/** `local`: starts the engine and stays until it is told to stop. Rejects with what went wrong. */
export function localCommand(environment: Readonly<Record<string, string | undefined>>): Command {
  return new Command('local')
    .description('Run the synthesized stack on this machine')
    .option('--assembly <dir>', 'the cloud assembly', resolve(root, 'packages/infra/cdk.out'))
    .option('--stage <name>', 'the stage to run, where the assembly has several')
    .option('--port <number>', `the port; ${usualPort} or, where that is taken, a free one without it`, readPort)
    .option('--persist <dir>', 'keep the data there over a restart')
    .option('--region <name>', 'the region to pretend', 'us-east-1')
    .option('--logs <file>', 'write what functions log there; - is standard error')
    .option('--json', 'print one line of JSON instead of text')
    .addHelpText('after', help)
    .action((options: LocalOptions) => run(options, environment));
}

async function run(options: LocalOptions, environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const progress = showProgress(process.stderr);
  const stopping = untilStopped(process);
  const interrupted = new AbortController();
  void stopping.then(() => interrupted.abort());
  const { signal } = interrupted;
  let engine: Engine;
  try {
    engine = await startEngine({
      ...engineOptions(options),
      java: javaOf(environment),
      signal,
      onProgress: progress.step,
    });
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  } finally {
    progress.end();
  }
  const withdraw = announce(root, engine);
  try {
    process.stdout.write(options.json ? `${JSON.stringify(summary(engine))}\n` : greeting(engine));
    const failure = await Promise.race([stopping, engine.failed]);
    if (failure instanceof Error) throw failure;
  } finally {
    withdraw();
    await engine.stop();
  }
}

function engineOptions({ assembly, stage, port, persist, region, logs }: LocalOptions): EngineOptions {
  return {
    assembly,
    region,
    ...(stage === undefined ? {} : { stack: `Tidemark-${stage}` }),
    ...(port === undefined ? { port: usualPort, orAnyPort: true } : { port }),
    ...(persist === undefined ? {} : { persist }),
    ...(logs === undefined ? {} : { onLog: logWriter(logs) }),
    onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
    onWarning: (message) => process.stderr.write(`${message}\n`),
    onRuleFailure: ({ ruleName, code, message }) => process.stderr.write(`Rule ${ruleName}: ${code}: ${message}\n`),
    onScheduleFailure: ({ scheduleName, code, message }) =>
      process.stderr.write(`Schedule ${scheduleName}: ${code}: ${message}\n`),
    onNotificationFailure: ({ protocol, endpoint, message }) =>
      process.stderr.write(`Notification to ${protocol} ${endpoint}: ${message}\n`),
    onAlarmActionFailure: ({ alarmName, message }) => process.stderr.write(`Alarm ${alarmName}: ${message}\n`),
    onMappingEvent: ({ kind, reason }) => process.stderr.write(`Event source mapping: ${kind}: ${reason}\n`),
    onPipeEvent: ({ pipe, kind, reason }) => process.stderr.write(`Pipe ${pipe.identity.name}: ${kind}: ${reason}\n`),
  };
}

function logWriter(file: string): (line: LogLine) => void {
  const output = file === '-' ? process.stderr : createWriteStream(file, { flags: 'a' });
  return ({ functionName, text }) => void output.write(`${functionName} ${text}\n`);
}

function greeting({ endpoint, stackName }: Engine): string {
  const tidemark = 'npx -y pnpm@12 tidemark --local';
  return [
    `Endpoint: ${endpoint}`,
    '',
    `${stackName} runs. In another terminal, try:`,
    '',
    `  ${tidemark} produce --events 1000`,
    `  ${tidemark} counters`,
    `  ${tidemark} status`,
    '',
    `Any AWS client reaches it with AWS_ENDPOINT_URL=${endpoint}. Ctrl-C stops it.`,
    '',
  ].join('\n');
}

function summary({ id, endpoint, region, account, stackName, outputs }: Engine) {
  return { id, endpoint, region, account, stack: stackName, stage: stageOf(stackName), pid: process.pid, outputs };
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= portMax) return port;
  throw new InvalidArgumentError(`${JSON.stringify(text)} is no port; expected 1 to ${portMax}.`);
}
