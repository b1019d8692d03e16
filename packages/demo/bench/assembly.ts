import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TidemarkInput } from '@tidemark/core/config/input';

const app = fileURLToPath(new URL('../../infra/dist/bin/app.js', import.meta.url));

/** One source with nothing but defaults, whatever the repository's own configuration says. */
const defaults: TidemarkInput = {
  sources: { web: { event: { name: 'event_type', time: 'utc_timestamp' } } },
};

/** Runs `work` with a cloud assembly of the default settings, as the app writes it, and removes it afterwards. */
export function withDefaultAssembly<T>(work: (assembly: string) => Promise<T>): Promise<T> {
  return withAssembly(defaults, work);
}

/** The same of a configuration. */
export async function withAssembly<T>(
  configuration: TidemarkInput,
  work: (assembly: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  try {
    const config = join(folder, 'tidemark.config.mjs');
    const assembly = join(folder, 'cdk.out');
    await writeFile(config, `export default ${JSON.stringify(configuration)};\n`);
    const env = { ...process.env, TIDEMARK_CONFIG: config, TIDEMARK_OUT: assembly, TIDEMARK_STAGE: 'dev' };
    await promisify(execFile)(process.execPath, [app], { env });
    return await work(assembly);
  } finally {
    await rm(folder, { recursive: true });
  }
}
