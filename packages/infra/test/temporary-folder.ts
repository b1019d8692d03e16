import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The CDK leaves an assembly in the temporary folder for every app that is told no other place: here they go with the tests. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-infra-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
