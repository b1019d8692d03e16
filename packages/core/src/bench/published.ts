import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ShardBatch } from '../count/record.ts';
import type { Contender } from './contender.ts';

/** The version of python3 on the path, or undefined where there is none. */
export function pythonVersion(): string | undefined {
  const { status, stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.version.split()[0])']);
  return status === 0 ? stdout.toString().trim() : undefined;
}

/** The published design's counting (published.py), in a process of python3 that lives until `close`. */
export function publishedContender(name: string, batches: readonly ShardBatch[]): Contender {
  const child = spawn('python3', [join(import.meta.dirname, 'published.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<unknown> => {
    child.stdin.write(`${question}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`python3 ended without an answer to '${question}'`);
    return JSON.parse(value) as unknown;
  };
  child.stdin.write(`${JSON.stringify(batches.map(({ records }) => records.map(({ data }) => data)))}\n`);
  return {
    name,
    find: async () => new Map(Object.entries((await ask('count')) as Record<string, number>)),
    run: async () => (await ask('run')) as number,
    close: () => child.stdin.end(),
  };
}
