import { defineConfig } from 'vitest/config';
import { sharedVitestConfig } from '../../vitest.shared.ts';

export default defineConfig({
  ...sharedVitestConfig,
  // The end-to-end tests wait for servers as much as they compute: two files at once, on two cores too.
  test: { ...sharedVitestConfig.test, maxWorkers: 2 },
});
