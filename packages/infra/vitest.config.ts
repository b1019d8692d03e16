import { defineConfig } from 'vitest/config';
import { compileCache, sharedVitestConfig } from '../../vitest.shared.ts';

export default defineConfig({
  ...sharedVitestConfig,
  // Files share their modules: loading the CDK takes longer than the tests of a file.
  test: { ...sharedVitestConfig.test, globalSetup: [compileCache, 'test/temporary-folder.ts'], isolate: false },
});
