import type { IncidentItem } from './items.ts';

/** An incident for tests: open, and nobody was told. */
export function incidentFixture(fields: Partial<IncidentItem> = {}): IncidentItem {
  const openedMs = Date.parse('2026-11-20T09:10:00Z');
  return {
    ...{ Version: 4, Alarm: 'shop-web-few page views', Source: 'web', Severity: 'high', OpenedMs: openedMs },
    Summary: {
      What: 'page view below 5 in 1m, 3 times',
      Reason: 'Threshold Crossed: 3 datapoints were less than the threshold (5.0).',
      ...{ Threshold: 5, Value: 2 },
    },
    ...{ Status: 'open', Flaps: 0, Step: 1, Executions: 1, DueMs: openedMs, Reached: false, Told: [] },
    ...{ Raise: 1, Round: 0, Tier: 0, Repeat: 0, Log: [], LogDropped: 0 },
    ...fields,
  };
}
