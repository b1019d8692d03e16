import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  const file = join(folder, `${engine.id}.json`);
  const { id, endpoint, stackName, region } = engine;
  const startedAt = new Date().toISOString();
  const text = JSON.stringify({ id, endpoint, pid: process.pid, startedAt, stage: stageOf(stackName), region });
  // Written beside and renamed: a reader sees the whole file or none.
  writeFileSync(`${file}.new`, `${text}\n`);
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
}
