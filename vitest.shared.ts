import type { ViteUserConfig } from 'vitest/config';

/** Packages are tested from their TypeScript sources: no stale `dist` can pass a test. */
const conditions = ['@tidemark/source', 'node', 'import', 'default'];

export const sharedVitestConfig: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // A busy machine makes a test slow, not wrong. Speed is measured in benchmarks; this only ends what hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
};
