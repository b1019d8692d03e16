import { describe, expect, it } from 'vitest';
import { ConfigurationError, resolveTidemark } from './resolve.ts';

const event = { name: 'event_type', time: 'utc_timestamp' };
const window = { seconds: 90, measures: { distance: 'Distance' } };
const dayMs = 24 * 3600 * 1000;

/** The retention of a source that holds `more` beside its event. */
function kept(more: Record<string, unknown>) {
  return resolveTidemark({ sources: { web: { event, ...more } } }).sources[0]?.retentionMs;
}

function problemsOf(more: Record<string, unknown>): readonly string[] {
  try {
    kept(more);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('a retention', () => {
  it('is of each size for itself, in days or weeks', () => {
    expect(kept({ retention: { '1m': '14d', '1h': '13w' } })).toEqual({ '1m': 14 * dayMs, '1h': 91 * dayMs });
  });

  it('of the window goes by its length', () => {
    expect(kept({ window, retention: { window: '30d' } })).toEqual({ w90: 30 * dayMs });
    expect(kept({ window, buckets: ['1d'], retention: { '1d': '36500d' } })).toEqual({ '1d': 36_500 * dayMs });
  });

  it('is none where the source names none', () => {
    expect(kept({})).toEqual({});
    expect(kept({ retention: { '1m': undefined, '1h': '1d' } })).toEqual({ '1h': dayMs });
  });
});

const aDuration = "expected whole days or weeks such as '14d' or '2w', from '1d' to '36500d'";

// biome-ignore format: one row a mistake
const mistakes: readonly (readonly [mistake: string, more: Record<string, unknown>, message: string])[] = [
  ['no object', { retention: '14d' }, 'sources.web.retention: "14d" is not an object; expected { 1m, 5m, 15m, 1h, 1d, window }'],
  ['no size', { retention: {} }, "sources.web.retention: {} names no size; expected one, such as { '1m': '14d' }"],
  ['hours', { retention: { '1m': '36h' } }, `sources.web.retention["1m"]: "36h" is not a length of time; ${aDuration}`],
  ['a number', { retention: { '1m': 14 } }, `sources.web.retention["1m"]: 14 is not a length of time; ${aDuration}`],
  ['half a day', { retention: { '1m': '0.5d' } }, `sources.web.retention["1m"]: "0.5d" is not a length of time; ${aDuration}`],
  ['no time', { retention: { '1m': '0d' } }, `sources.web.retention["1m"]: "0d" is not a length of time; ${aDuration}`],
  ['a leading zero', { retention: { '1m': '014d' } }, `sources.web.retention["1m"]: "014d" is not a length of time; ${aDuration}`],
  ['a space', { retention: { '1m': '14 d' } }, `sources.web.retention["1m"]: "14 d" is not a length of time; ${aDuration}`],
  ['a word', { retention: { '1m': '14 days' } }, `sources.web.retention["1m"]: "14 days" is not a length of time; ${aDuration}`],
  ['more than a century', { retention: { '1m': '36501d' } }, `sources.web.retention["1m"]: "36501d" is not a length of time; ${aDuration}`],
  ['more weeks than a century has', { retention: { '1m': '5215w' } }, `sources.web.retention["1m"]: "5215w" is not a length of time; ${aDuration}`],
  ['a slip', { retention: { windw: '14d' } }, 'sources.web.retention.windw: is not a known key; did you mean window?'],
  ['a size of no kind', { retention: { '30m': '14d' } }, 'sources.web.retention["30m"]: is not a known key; expected one of 1m, 5m, 15m, 1h, 1d, window'],
  ['a size that is not counted', { retention: { '5m': '14d' } }, 'sources.web.retention["5m"]: "14d" cannot stand here: the source does not count in 5m; expected a retention of 1m or 1h'],
  ['a size that the buckets leave out', { buckets: ['1d'], retention: { '1m': '2w' } }, 'sources.web.retention["1m"]: "2w" cannot stand here: the source does not count in 1m; expected a retention of 1d'],
  ['a bucket beside a window alone', { window, retention: { '1m': '14d' } }, 'sources.web.retention["1m"]: "14d" cannot stand here: the source does not count in 1m; expected a retention of window'],
  ['a window that is not there', { retention: { window: '14d' } }, 'sources.web.retention.window: "14d" cannot stand here: the source has no window; expected a retention of 1m or 1h'],
];

describe('a mistake in a retention', () => {
  it.each(mistakes)('%s', (_mistake, more, message) => {
    expect(problemsOf(more)).toEqual([message]);
  });
});
