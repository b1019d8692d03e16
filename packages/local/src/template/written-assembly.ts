import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A template as one writes it by hand for a test. */
export interface WrittenTemplate {
  readonly Resources: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly [section: string]: unknown;
}

/**
 * Writes a cloud assembly of one stack into a new temporary folder: `files` are the assets, by their paths. Gives the
 * folder's path; who asked for it removes it.
 */
export async function writeAssembly(
  template: WrittenTemplate,
  files: Readonly<Record<string, string>> = {},
  stackName = 'Small-test',
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-assembly-'));
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'stack.template.json', stackName } };
  await writeFile(
    join(directory, 'manifest.json'),
    JSON.stringify({ version: '55.0.0', artifacts: { stack: artifact } }),
  );
  await writeFile(join(directory, 'stack.template.json'), JSON.stringify(template));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(directory, path, '..'), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}
