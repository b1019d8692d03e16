import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** All processes of a run keep what they have compiled in one place, as long as it goes on: workers, sandboxes and commands start by the hundred. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-compile-cache-'));
  process.env.NODE_COMPILE_CACHE = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
