/** How a sandbox's process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The engine ended it because it held more memory than the function has. */
  readonly outOfMemory: boolean;
}

/** `{errorType, errorMessage}` as Lambda words it. */
export interface SandboxFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The names that Lambda's supervisor, written in Go, has for signals. */
const signalNames: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};

/** The function error of an invocation, or of an initialization, during which the process ended. */
export function exitFailure(requestId: string, exit: Exit): SandboxFailure {
  const errorType = exit.outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError';
  return { errorType, errorMessage: `RequestId: ${requestId} Error: ${reason(exit)}` };
}

function reason({ code, signal }: Exit): string {
  if (signal !== null) return `Runtime exited with error: signal: ${signalNames[signal] ?? signal}`;
  if (code === 0) return 'Runtime exited without providing a reason';
  return `Runtime exited with error: exit status ${code}`;
}

/** The function error of an invocation that was cut off at the function's timeout. */
export function timeoutFailure(requestId: string, timeoutSeconds: number): SandboxFailure {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage };
}
