import { describe, expect, it } from 'vitest';
import { ConfigurationError, resolveTidemark } from './resolve.ts';

const event = { name: 'event_type', time: 'utc_timestamp' };
const archiveOf = (archive: unknown) => resolveTidemark({ sources: { web: { event, archive } } }).sources[0]?.archive;

const defaults = {
  coldAfterDays: 30,
  memoryMb: 256,
  timeoutSeconds: 60,
  batchSize: 10_000,
  batchWindowSeconds: 300,
  bisectOnError: true,
  retries: -1,
  maximumRecordAgeSeconds: -1,
  architecture: 'arm64',
  logLevel: 'INFO',
  logRetentionDays: 30,
};
const { coldAfterDays: _, ...neverCold } = defaults;

describe('an archive', () => {
  it('is made where it is asked for', () => {
    expect(archiveOf(undefined)).toBeUndefined();
    expect(archiveOf({})).toEqual(defaults);
  });

  it.each([
    [{ expireAfterDays: 31 }, { ...defaults, expireAfterDays: 31 }],
    [{ expireAfterDays: 30 }, { ...neverCold, expireAfterDays: 30 }],
    [{ expireAfterDays: 1 }, { ...neverCold, expireAfterDays: 1 }],
    [
      { coldAfterDays: 1, expireAfterDays: 2 },
      { ...defaults, coldAfterDays: 1, expireAfterDays: 2 },
    ],
    [{ coldAfterDays: 36_500 }, { ...defaults, coldAfterDays: 36_500 }],
    [
      { batchWindowSeconds: 0, memoryMb: 512, parallelizationFactor: 1, startingPosition: 'TRIM_HORIZON' },
      { ...defaults, batchWindowSeconds: 0, memoryMb: 512 },
    ],
  ])('%j', (archive, settings) => {
    expect(archiveOf(archive)).toEqual(settings);
  });

  it.each([
    [true, /^sources\.web\.archive: true is not an object; expected \{ coldAfterDays, expireAfterDays, memoryMb, /],
    [
      { coldAfterDays: 0 },
      /archive\.coldAfterDays: 0 is not a number of days; expected a whole number from 1 to 36,500/,
    ],
    [{ coldAfterDays: '30d' }, /archive\.coldAfterDays: "30d" is not a number of days/],
    [{ expireAfterDays: 0.5 }, /archive\.expireAfterDays: 0\.5 is not a number of days/],
    [
      { coldAfterDays: 90, expireAfterDays: 90 },
      /archive\.expireAfterDays: 90 is too few; expected more than coldAfterDays, which is 90/,
    ],
    [{ coldAfterDay: 3 }, /archive\.coldAfterDay: is not a known key; did you mean coldAfterDays\?/],
    [{ batchWindowSeconds: 301 }, /archive\.batchWindowSeconds: 301 is not a number of seconds/],
    [{ memoryMb: 255 }, /archive\.memoryMb: 255 is not a memory size in MB; expected a whole number from 256/],
    [{ startingPosition: 'LATEST' }, /archive\.startingPosition: "LATEST" is not possible/],
  ])('that is mistaken is told: %j', (archive, message) => {
    const problems = () => {
      try {
        archiveOf(archive);
        return [];
      } catch (error) {
        return error instanceof ConfigurationError ? error.problems : [String(error)];
      }
    };
    expect(problems()).toEqual([expect.stringMatching(message)]);
  });
});
