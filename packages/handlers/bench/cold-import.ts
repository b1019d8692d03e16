import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** Every fresh process imports one module and prints the milliseconds that took. */
const script = `
const start = performance.now();
await import(process.argv[1]);
console.log(performance.now() - start);
`;

/**
 * Medians of what importing each of `files` costs a fresh process, in milliseconds. The files take turns, so that a busy
 * moment of the machine hurts all of them.
 */
export function coldImports(
  files: readonly string[],
  rounds: number,
  environment: Record<string, string>,
  flags: readonly string[],
): number[] {
  const times = files.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, file] of files.entries()) times[index]?.push(importOnce(file, environment, flags));
  }
  return times.map(median);
}

function importOnce(file: string, environment: Record<string, string>, flags: readonly string[]): number {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...flags, '--input-type=module', '--eval', script, pathToFileURL(file).href],
    { encoding: 'utf8', env: environment },
  );
  if (status !== 0) throw new Error(`${file}: ${stderr}`);
  return Number(stdout);
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
