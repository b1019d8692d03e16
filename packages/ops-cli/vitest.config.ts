import { defineConfig } from 'vitest/config';
import { compileCache, sharedVitestConfig } from '../../vitest.shared.ts';

export default defineConfig({
  ...sharedVitestConfig,
  // Files share their modules: loading the clients of AWS takes longer than the tests of a file.
  test: { ...sharedVitestConfig.test, globalSetup: [compileCache, 'test/for-all-files.ts'], isolate: false },
});
