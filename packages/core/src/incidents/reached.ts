import type { IncidentItem } from './items.ts';
import type { Contact } from './settings.ts';

/** Whom messages of an incident have reached since it was raised last, and whom they have not. Each stands in one of them. */
export interface Reached {
  readonly told: readonly Contact[];
  readonly notTold: readonly Contact[];
}

/** As its log has it. */
export function reachedSoFar({ Log }: Pick<IncidentItem, 'Log'>): Reached {
  const since = Log.slice(Log.findLastIndex(({ Kind }) => Kind === 'raised') + 1);
  const of = (kind: 'told' | 'failed') => [
    ...new Set(since.flatMap(({ Kind, Contact }) => (Kind === kind && Contact !== undefined ? [Contact] : []))),
  ];
  const told = of('told');
  return { told, notTold: of('failed').filter((contact) => !told.includes(contact)) };
}

/** Who had acknowledged an incident before it was raised again, and when: it says so no more itself. */
export function acknowledgedBefore({
  Acknowledged,
  Raise,
  Log,
}: Pick<IncidentItem, 'Acknowledged' | 'Raise' | 'Log'>): { readonly by: string; readonly atMs: number } | undefined {
  if (Acknowledged !== undefined || Raise === 1) return undefined;
  const entry = Log.findLast(({ Kind }) => Kind === 'acknowledged');
  return entry?.By === undefined ? undefined : { by: entry.By, atMs: entry.AtMs };
}
