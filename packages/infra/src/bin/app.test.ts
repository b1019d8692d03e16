import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const app = fileURLToPath(new URL('app.ts', import.meta.url));
const written = fileURLToPath(new URL('written.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-app-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the app in a process of its own, without credentials, as `pnpm synth` does. */
function run(environment: Record<string, string> = {}): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=@tidemark/source', app], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TMPDIR: folder, TIDEMARK_OUT: join(folder, 'out'), ...environment },
  });
  return { status, output: stdout + stderr };
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const escalation = "escalation: { tiers: [{ notify: ['email:oncall@example.org'] }] }";
const config = `export default { ${escalation}, sources: { web: { event: { name: 'event_type', time: 'utc_timestamp' } as const } } };\n`;
const configWithWindow = config.replace(
  '} };',
  `, rides: {
    event: { name: 'event_type', time: 'utc_timestamp' },
    window: { seconds: 30, memoryMb: 1024, measures: { distance: 'Distance' } },
  } } };`,
);

describe('the app', () => {
  it('writes the assembly of the stage, and leaves nothing else behind', () => {
    const TIDEMARK_CONFIG = write('tidemark.config.ts', config);
    expect(run({ TIDEMARK_CONFIG })).toEqual({ status: 0, output: '' });
    expect(readdirSync(folder)).toEqual(['out', 'tidemark.config.ts']);
    const { artifacts } = JSON.parse(readFileSync(join(folder, 'out/manifest.json'), 'utf8'));
    expect(artifacts['Tidemark-dev'].properties.terminationProtection).toBe(false);

    const prodEnvironment = { TIDEMARK_CONFIG, TIDEMARK_STAGE: 'prod', TIDEMARK_OUT: join(folder, 'prod') };
    expect(run(prodEnvironment)).toEqual({ status: 0, output: '' });
    const prod = JSON.parse(readFileSync(join(folder, 'prod/manifest.json'), 'utf8'));
    expect(prod.artifacts['Tidemark-prod'].properties.terminationProtection).toBe(true);
  });

  it('names the folder of each function’s code in the template, and puts its source there', () => {
    const TIDEMARK_CONFIG = write('other.config.ts', configWithWindow);
    expect(run({ TIDEMARK_CONFIG })).toEqual({ status: 0, output: '' });
    const { Resources } = JSON.parse(readFileSync(join(folder, 'out/Tidemark-dev.template.json'), 'utf8'));
    const paths = Object.values<{ Metadata?: Record<string, string> }>(Resources).flatMap(
      ({ Metadata }) => Metadata?.['aws:asset:path'] ?? [],
    );
    const sources = paths.flatMap((path) => {
      const files = readdirSync(join(folder, 'out', path));
      // Functions of the stage belong to no source.
      if (!files.includes('source.json')) return [];
      expect(files).toEqual(['index.mjs', 'index.mjs.map', 'source.json']);
      return [JSON.parse(readFileSync(join(folder, 'out', path, 'source.json'), 'utf8'))];
    });
    expect(paths).toHaveLength(sources.length + 7);
    const event = { name: ['event_type'], time: ['utc_timestamp'] };
    const web = {
      name: 'web',
      revisions: [{ fromMs: 0, event }],
      buckets: ['1m', '1h'],
      maxSeries: 200,
    };
    const rides = {
      name: 'rides',
      revisions: [{ fromMs: 0, event: { ...event, measures: [{ name: 'distance', path: ['Distance'] }] } }],
      buckets: [],
      window: { seconds: 30 },
      maxSeries: 200,
    };
    expect(sources).toEqual([web, web, web, rides, rides, rides]);
  });

  it('warns of a schedule that cannot work, and writes the assembly', () => {
    const text = config.replace('} };', "}, prune: { at: '04:00' } };");
    expect(run({ TIDEMARK_CONFIG: write('vain.config.ts', text) })).toEqual({
      status: 0,
      output:
        'Warning: prune: no source has a retention, so that no schedule is made; only `tidemark prune --older-than` prunes\n',
    });
    expect(readdirSync(join(folder, 'out'))).toContain('Tidemark-dev.template.json');
  });

  it('warns by name of alarms that tell nobody, and writes the assembly', () => {
    const text = config.replace(`${escalation}, `, '');
    const { status, output } = run({ TIDEMARK_CONFIG: write('silent.config.ts', text) });
    expect(status).toBe(0);
    expect(output).toContain('These alarms tell nobody, since the configuration has no escalation:');
    expect(output).toContain('Tidemark-dev-web-parts (high)');
    // Once more, of an assembly that nothing had to be done for.
    const argv = ['--conditions=@tidemark/source', written, join(folder, 'out')];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', cwd: folder });
    expect({ stdout, stderr }).toEqual({ stdout: 'Written: out\n', stderr: output });
    expect(readdirSync(join(folder, 'out'))).toContain('Tidemark-dev.template.json');
  });

  it('answers mistakes of the configuration with all of them, and no stack trace', () => {
    const text = config.replace('event:', 'evnt: 1, maxSeries: 0, buckets: ["1m", "2h"], event:');
    expect(run({ TIDEMARK_CONFIG: write('wrong.config.ts', text) })).toEqual({
      status: 2,
      output: [
        'The configuration has 3 mistakes:',
        '  sources.web.buckets[1]: "2h" is not a bucket size; expected one of 1m, 5m, 15m, 1h, 1d',
        '  sources.web.maxSeries: 0 is not a number of series; expected a whole number from 1 to 1,000',
        '  sources.web.evnt: is not a known key; did you mean event?',
        '',
      ].join('\n'),
    });
  });

  it.each([
    ['a file that is not there', undefined, 'there is no such file; expected the configuration'],
    [
      'a file that exports nothing',
      'export {};',
      'has no default export; expected export default defineTidemark({ ... })',
    ],
    ['a file that fails', 'throw new Error("not today");', 'does not load: not today'],
  ])('answers %s', (_what, text, message) => {
    const path = join(folder, 'odd.config.ts');
    if (text !== undefined) write('odd.config.ts', text);
    expect(run({ TIDEMARK_CONFIG: path })).toEqual({
      status: 2,
      output: `The configuration has a mistake:\n  ${path}: ${message}\n`,
    });
  });

  it('refuses an unknown stage', () => {
    expect(run({ TIDEMARK_STAGE: 'staging' })).toEqual({
      status: 2,
      output: 'The configuration has a mistake:\n  stage: "staging" is not a stage; expected dev or prod\n',
    });
  });
});
