import { readFileSync } from 'node:fs';
import type { IncidentsDeployment } from '@tidemark/core/incidents/settings';

/** Reads `incidents.json`, which lies beside the bundle. */
export function readDeployment(): IncidentsDeployment {
  return JSON.parse(readFileSync(`${import.meta.dirname}/incidents.json`, 'utf8'));
}
