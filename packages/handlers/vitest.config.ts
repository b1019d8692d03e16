import { defineConfig } from 'vitest/config';
import { sharedVitestConfig } from '../../vitest.shared.ts';

// Tests start servers and instances: on a busy machine that takes its time.
export default defineConfig({
  ...sharedVitestConfig,
  test: { ...sharedVitestConfig.test, testTimeout: 120_000, hookTimeout: 120_000 },
});
