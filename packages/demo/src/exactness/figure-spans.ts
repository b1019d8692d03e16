import type { Expected } from './expected.ts';

/** From when on figures are looked at. Milliseconds since the epoch. */
export interface FigureSpans {
  readonly bucket: number;
  readonly window: number;
}

/** Those that start then or later. A window is of the minute in which it starts. */
export function sincePartials(
  partials: Expected['partials'],
  { bucket, window }: Partial<FigureSpans>,
): Expected['partials'] {
  if (bucket === undefined && window === undefined) return partials;
  return new Map(
    [...partials].filter(([key]) => {
      const [, size = '', start = ''] = / (\w+)#\d{4}#([^#]+)#[^#]*$/.exec(key) ?? [];
      const sinceMs = (size.startsWith('w') ? window : bucket) ?? Number.NEGATIVE_INFINITY;
      return Date.parse(start) >= sinceMs;
    }),
  );
}
