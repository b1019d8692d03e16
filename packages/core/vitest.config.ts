import { defineConfig } from 'vitest/config';
import { sharedVitestConfig } from '../../vitest.shared.ts';

export default defineConfig({
  ...sharedVitestConfig,
  // Files share their modules: what those remember changes no result.
  test: { ...sharedVitestConfig.test, isolate: false },
});
