import { defineConfig } from 'vitest/config';
import { compileCache, sharedVitestConfig } from '../../vitest.shared.ts';

export default defineConfig({
  ...sharedVitestConfig,
  // Servers and instances are waited for as much as tests compute: two files at once, on two cores too.
  test: { ...sharedVitestConfig.test, globalSetup: [compileCache, 'test/for-all-files.ts'], maxWorkers: 2 },
});
