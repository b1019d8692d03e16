import { compilePattern, type PatternResult } from '../../sources/pattern.ts';

const patternCharactersMax = 4_096;

/** Compiles a rule's event pattern: Lambda's filters and addresses, but nothing in it may be empty. */
export function compileEventPattern(pattern: unknown): PatternResult {
  const text = JSON.stringify(pattern) ?? 'null';
  if (text.length > patternCharactersMax) {
    return { ok: false, mistakes: [`${text.length} characters are more than ${patternCharactersMax}`] };
  }
  const empty = emptyPaths(pattern, '$').map((path) => `${path}: an empty object matches nothing in particular`);
  return empty.length > 0 ? { ok: false, mistakes: empty } : compilePattern(text, { addresses: true });
}

function emptyPaths(pattern: unknown, path: string): readonly string[] {
  if (typeof pattern !== 'object' || pattern === null) return [];
  const entries = Object.entries(pattern);
  if (entries.length === 0 && !Array.isArray(pattern)) return [path];
  const within = (key: string) => (Array.isArray(pattern) ? `${path}[${key}]` : `${path}.${key}`);
  return entries.flatMap(([key, part]) => emptyPaths(part, within(key)));
}
