import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Source, SourceSettings } from '@tidemark/core/config';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';

/** The handlers that `@tidemark/handlers` bundles. */
export type HandlerName =
  | 'count'
  | 'window'
  | 'archive'
  | 'publish'
  | 'recount'
  | 'replay'
  | 'prune'
  | 'watchdog'
  | 'health'
  | 'incidents'
  | 'acknowledge'
  | 'distress';

const resolve = createRequire(import.meta.url).resolve;

/** Where the handler's bundle was built. */
export function bundleFolder(handler: HandlerName): string {
  return dirname(resolve(`@tidemark/handlers/lambda/${handler}/index.mjs`));
}

/**
 * The code of a function: a handler's bundle with `source.json` beside it. `use` gets it and must bind it to its function,
 * since the folder is gone afterwards. The asset's hash covers names and contents of these files and nothing else.
 */
export function withFunctionCode<T>(bundle: string, source: SourceSettings, use: (code: AssetCode) => T): T {
  return withBundle(bundle, { 'source.json': sourceOf(source) }, use);
}

/**
 * The code of a function that belongs to no source: a handler's bundle, with `more` files beside it, JSON by their names. `built`: files beside the bundle that
 * were built with it.
 */
export function withStageCode<T>(
  handler: HandlerName,
  use: (code: AssetCode) => T,
  more: Readonly<Record<string, object>> = {},
  built: readonly string[] = [],
): T {
  return withBundle(bundleFolder(handler), more, use, built);
}

function withBundle<T>(
  bundle: string,
  more: Readonly<Record<string, object>>,
  use: (code: AssetCode) => T,
  built: readonly string[] = [],
): T {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-function-'));
  try {
    for (const file of ['index.mjs', 'index.mjs.map', ...built]) copyFileSync(join(bundle, file), join(folder, file));
    for (const [name, content] of Object.entries(more)) {
      writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
    }
    return use(Code.fromAsset(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a handler knows of its source: a changed memory size must not change the code. */
function sourceOf({ name, revisions, buckets, window, maxSeries }: SourceSettings): Source {
  const windowed = window === undefined ? {} : { window: { seconds: window.seconds } };
  return { name, revisions, buckets, ...windowed, maxSeries };
}
