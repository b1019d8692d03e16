import type { ChildProcess } from 'node:child_process';

const live = new Set<ChildProcess>();

/** Kills the process when the engine's own process ends, however it comes to call its exit handlers. */
export function endWithEngine(child: ChildProcess): void {
  if (live.size === 0) process.on('exit', endAll);
  live.add(child);
  child.once('exit', () => {
    live.delete(child);
    if (live.size === 0) process.off('exit', endAll);
  });
}

function endAll(): void {
  for (const child of live) child.kill('SIGKILL');
}
