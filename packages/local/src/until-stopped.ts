/** What a terminal, a supervisor or a closed window send. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** As shells report a program that Ctrl-C ended. */
const interruptedExitCode = 130;

/**
 * Resolves with the first signal to stop. A second one ends the process at once: the processes that the engine started notice
 * and end with it.
 */
export function untilStopped(process: NodeJS.Process): Promise<NodeJS.Signals> {
  return new Promise((stopped) => {
    let isStopping = false;
    for (const signal of signals) {
      process.on(signal, () => {
        if (isStopping) process.exit(interruptedExitCode);
        isStopping = true;
        stopped(signal);
      });
    }
  });
}
