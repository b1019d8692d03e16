import { compilePattern, type PatternResult } from '../../sources/pattern.ts';

/** Compiles a rule's event pattern: Lambda's filters, but nothing in it may be empty. */
export function compileEventPattern(pattern: unknown): PatternResult {
  const empty = emptyPaths(pattern, '$').map((path) => `${path}: an empty object matches nothing in particular`);
  return empty.length > 0 ? { ok: false, mistakes: empty } : compilePattern(JSON.stringify(pattern) ?? 'null');
}

function emptyPaths(pattern: unknown, path: string): readonly string[] {
  if (typeof pattern !== 'object' || pattern === null) return [];
  const entries = Object.entries(pattern);
  if (entries.length === 0 && !Array.isArray(pattern)) return [path];
  const within = (key: string) => (Array.isArray(pattern) ? `${path}[${key}]` : `${path}.${key}`);
  return entries.flatMap(([key, part]) => emptyPaths(part, within(key)));
}
