import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';

/** Packages are tested from their TypeScript sources: no stale `dist` can pass a test. */
const conditions = ['@tidemark/source', 'node', 'import', 'default'];

/** Set up before all files of a package: `globalSetup` of those that have more. */
export const compileCache = fileURLToPath(new URL('./vitest.compile-cache.ts', import.meta.url));

export const sharedVitestConfig: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  // Where vitest loads what runs before all files.
  environments: { __vitest__: { resolve: { conditions, externalConditions: conditions } } },
  test: {
    globalSetup: compileCache,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // A busy machine makes a test slow, not wrong. Speed is measured in benchmarks; this only ends what hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
};
