import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageOf } from './control.ts';
import type { Engine } from './engine.ts';

/**
 * Tells other programs of this checkout where the engine is: `ROOT/.tidemark/engines/ID.json` holds
 * `{id, endpoint, pid, startedAt, stage, region}`. A file that a killed engine left behind fools nobody, since readers ask
 * the endpoint for its id first. Gives a function that takes the file away.
 */
export function announce(root: string, engine: Pick<Engine, 'id' | 'endpoint' | 'stackName' | 'region'>): () => void {
  const folder = join(root, '.tidemark', 'engines');
  mkdirSync(folder, { recursive: true });
  sweep(folder);
  const file = join(folder, `${engine.id}.json`);
  const { id, endpoint, stackName, region } = engine;
  const startedAt = new Date().toISOString();
  const text = JSON.stringify({ id, endpoint, pid: process.pid, startedAt, stage: stageOf(stackName), region });
  // Written beside and renamed: a reader sees the whole file or none.
  writeFileSync(`${file}.new`, `${text}\n`);
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
}

/** Takes away what engines left behind whose processes are gone. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    // Another engine may be writing its own at this moment, under another name.
    if (!name.endsWith('.json')) continue;
    const file = join(folder, name);
    if (!isRunning(pidIn(file))) rmSync(file, { force: true });
  }
}

/** Undefined for a file that holds none, or is gone meanwhile. */
function pidIn(file: string): number | undefined {
  try {
    const { pid }: { readonly pid?: unknown } = JSON.parse(readFileSync(file, 'utf8'));
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
