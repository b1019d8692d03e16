import { defineConfig } from 'vitest/config';
import { sharedVitestConfig } from '../../vitest.shared.ts';

export default defineConfig({
  ...sharedVitestConfig,
  // Tests start processes, Java among them: on a busy machine that takes its time, and says nothing of what is tested.
  test: { ...sharedVitestConfig.test, testTimeout: 60_000, hookTimeout: 120_000 },
});
