import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TidemarkInput } from '@tidemark/core/config/input';

/** The CDK app as it was built. */
const app = fileURLToPath(new URL('../../infra/dist/bin/app.js', import.meta.url));

/** Runs `work` with the cloud assembly of a configuration, as `pnpm synth` writes it, and removes it afterwards. `signal` gives the synthesis up. */
export async function withAssembly<T>(
  configuration: TidemarkInput,
  work: (assembly: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-assembly-'));
  try {
    const TIDEMARK_CONFIG = join(folder, 'tidemark.config.mjs');
    const TIDEMARK_OUT = join(folder, 'cdk.out');
    await writeFile(TIDEMARK_CONFIG, `export default ${JSON.stringify(configuration)};\n`);
    // What it makes on the way goes with the folder, too, where it is ended in the middle.
    const env = { ...process.env, TIDEMARK_CONFIG, TIDEMARK_OUT, TIDEMARK_STAGE: 'dev', TMPDIR: folder };
    const synthesis = promisify(execFile)(process.execPath, [app], {
      env,
      ...(signal === undefined ? {} : { signal }),
    });
    const ended = new Promise((resolve) => synthesis.child.once('close', resolve));
    await synthesis.finally(() => ended);
    return await work(TIDEMARK_OUT);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
