import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { FunctionDefinition } from './definition.ts';
import { exitFailure, type SandboxFailure, timeoutFailure } from './exit.ts';
import type { Lease } from './pool.ts';
import { endLines, type InvocationUsage, startLine, timeoutLine, usageOf } from './report.ts';
import type { SandboxOutcome } from './sandbox.ts';

/** One invocation's answer with what Lambda's wire protocol tells beside it. */
export interface Invocation {
  readonly requestId: string;
  /** The response, or `{errorType, errorMessage, trace}`. */
  readonly body: Buffer;
  readonly failure: SandboxFailure | undefined;
  /** The latest of the invocation's log lines. */
  readonly lines: readonly string[];
}

export interface Executed {
  readonly invocation: Invocation;
  readonly usage: InvocationUsage;
}

/** Lambda lets an initialization run this long outside of the function's timeout. */
const initMsMax = 10_000;
const responseBytesMax = 6_291_556;

/**
 * Runs one invocation in its sandbox, a cold one initialized first, and writes its START, END and REPORT lines. What a
 * function takes is wall time, whatever the engine's clock does: timeouts and durations are those of this machine.
 */
export async function execute(
  definition: FunctionDefinition,
  { sandbox, cold }: Lease,
  event: Buffer,
  clock: Clock,
  { requestId = randomUUID(), ...options }: { readonly requestId?: string; readonly clientContext?: string },
): Promise<Executed> {
  const timeoutMs = definition.timeoutSeconds * 1000;
  const time = (): Date => new Date(clock.now());
  const initialized = cold ? await timed(sandbox.start(initMsMax + timeoutMs)) : undefined;
  sandbox.log(startLine(definition, requestId, time()));
  const failedInit = initialized !== undefined && initialized.outcome.kind !== 'ready';
  const { outcome, ms: durationMs } = failedInit
    ? { outcome: initialized.outcome, ms: 0 }
    : await timed(
        sandbox.invoke(
          {
            requestId,
            timeoutMs,
            invokedFunctionArn: definition.functionArn,
            clockOffsetMs: clock.now() - Date.now(),
            ...options,
          },
          event,
        ),
      );
  const { body, failure, said } = answer(definition, requestId, outcome, time());
  const usage = usageOf(definition, {
    requestId,
    outcome: outcome.kind === 'timeout' ? 'timeout' : failure === undefined ? 'success' : 'error',
    durationMs,
    initMs: initialized?.ms,
    usedMbMax: Math.min(sandbox.usedMbMax, definition.memoryMb),
  });
  for (const line of endLines(definition, usage, said, time())) sandbox.log(line);
  return { invocation: { requestId, body, failure, lines: sandbox.takeTail() }, usage };
}

interface Answer {
  readonly body: Buffer;
  readonly failure: SandboxFailure | undefined;
  /** What the supervisor says in the log, where the handler could not speak for itself. */
  readonly said: string | undefined;
}

function answer(definition: FunctionDefinition, requestId: string, outcome: SandboxOutcome, time: Date): Answer {
  switch (outcome.kind) {
    case 'ready':
      throw new Error('A sandbox that initialized twice answered an invocation');
    case 'response':
      if (outcome.body.length <= responseBytesMax) return { body: outcome.body, failure: undefined, said: undefined };
      return failed({
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${responseBytesMax} bytes).`,
      });
    case 'error':
      return failed(outcome.failure);
    case 'exit': {
      const failure = exitFailure(requestId, outcome.exit);
      return failed(failure, `${failure.errorMessage}\n${failure.errorType}`);
    }
    case 'timeout':
      return failed(
        timeoutFailure(requestId, definition.timeoutSeconds),
        timeoutLine(requestId, definition.timeoutSeconds, time),
      );
  }
}

function failed(failure: SandboxFailure, said?: string): Answer {
  return { body: Buffer.from(JSON.stringify(failure)), failure, said };
}

async function timed(awaited: Promise<SandboxOutcome>): Promise<{ outcome: SandboxOutcome; ms: number }> {
  const startedAt = performance.now();
  const outcome = await awaited;
  return { outcome, ms: performance.now() - startedAt };
}
