#!/usr/bin/env node
// Adds up what vitest reported in every package and prints `N passed, N failed` alone on a line.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const packages = new URL('../packages/', import.meta.url);
let passed = 0;
let failed = 0;
for (const name of readdirSync(packages).sort()) {
  const manifest = new URL(`${name}/package.json`, packages);
  if (!existsSync(manifest) || JSON.parse(readFileSync(manifest, 'utf8')).scripts?.test === undefined) continue;
  const report = new URL(`${name}/reports/vitest.json`, packages);
  if (!existsSync(report)) {
    process.stderr.write(`${fileURLToPath(report)} is missing: the tests of ${name} did not run\n`);
    failed += 1;
    continue;
  }
  const { numPassedTests, numFailedTests, numFailedTestSuites, success } = JSON.parse(readFileSync(report, 'utf8'));
  passed += numPassedTests;
  // A file that fails to load fails no single test.
  failed += success ? 0 : Math.max(numFailedTests, numFailedTestSuites, 1);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
