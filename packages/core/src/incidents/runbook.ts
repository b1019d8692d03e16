/**
 * The anchor of a heading of the runbook, as it is in the page that the stage serves, and as forges of Git make it of the same file: `Alarm: a series is missing`
 * is `alarm-a-series-is-missing`.
 */
export function headingAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** The full link to a heading. `base`: where the runbook is. Without an anchor: to its beginning. */
export function runbookLink(base: string, anchor: string): string {
  return anchor === '' ? base : `${base}#${anchor}`;
}
