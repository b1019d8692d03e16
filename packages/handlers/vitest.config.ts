import { defineConfig } from 'vitest/config';
import { compileCache, sharedVitestConfig } from '../../vitest.shared.ts';

export default defineConfig({
  ...sharedVitestConfig,
  test: { ...sharedVitestConfig.test, globalSetup: [compileCache, 'test/for-all-files.ts'], maxWorkers: 2 },
});
