import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The asset folders that the assembly in `folder` names; none where there is no assembly yet. */
export function namedAssets(folder: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const file of globSync('*.assets.json', { cwd: folder })) {
    const { files } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    for (const { source } of Object.values<{ source: { path: string } }>(files)) names.add(source.path);
  }
  return names;
}

/**
 * Removes the assets that neither this synthesis nor the one before it names, so that they do not pile up. Those of the
 * one before stay: a local engine that was started on them may still make instances from them.
 */
export function removeOldAssets(folder: string, before: ReadonlySet<string>): void {
  const named = namedAssets(folder);
  for (const asset of globSync('asset.*', { cwd: folder })) {
    if (!named.has(asset) && !before.has(asset)) rmSync(join(folder, asset), { recursive: true });
  }
}
