import { compilePattern, type Matcher } from './pattern.ts';
import type { FilterSubject, SourceRecord } from './source.ts';

export type Filter = (record: SourceRecord) => boolean;

export type FilterResult =
  | { readonly ok: true; readonly passes: Filter }
  | { readonly ok: false; readonly mistakes: readonly string[] };

/** A record passes where one of the patterns matches; without patterns all pass. */
export function compileFilter(patterns: readonly string[], bodyKey: FilterSubject['bodyKey']): FilterResult {
  const compiled = patterns.map((text) => compileOne(text, bodyKey));
  const mistakes = compiled.flatMap((each) => ('mistakes' in each ? each.mistakes : []));
  if (mistakes.length > 0) return { ok: false, mistakes: mistakes.map((mistake) => `FilterCriteria: ${mistake}`) };
  if (compiled.length === 0) return { ok: true, passes: () => true };
  const tests = compiled.flatMap((each) => ('test' in each ? [each.test] : []));
  return { ok: true, passes: ({ filterSubject }) => tests.some((test) => test(filterSubject)) };
}

type Compiled = { readonly test: (subject: FilterSubject) => boolean } | { readonly mistakes: readonly string[] };

/**
 * A pattern on the body looks into JSON only where the pattern itself does: a record whose data are no JSON is dropped
 * under a pattern with fields, a record whose data are JSON is dropped under a pattern of plain texts.
 */
function compileOne(text: string, bodyKey: string): Compiled {
  const result = compilePattern(text);
  if (!result.ok) return { mistakes: result.mistakes };
  const pattern = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const matches: Matcher = result.matches;
  const kind = bodyKind(pattern, bodyKey);
  return {
    test: (subject) => {
      if (kind === 'none') return matches(subject.metadata());
      const body = subject.body();
      const isText = typeof body === 'string';
      // Alternatives may do without the body, so that a text is only hidden from them.
      if (kind === 'alternative') return matches({ ...subject.metadata(), [bodyKey]: isText ? undefined : body });
      return isText === (kind === 'text') && matches({ ...subject.metadata(), [bodyKey]: body });
    },
  };
}

function bodyKind(
  pattern: Readonly<Record<string, unknown>>,
  bodyKey: string,
): 'none' | 'text' | 'fields' | 'alternative' {
  const part = pattern[bodyKey];
  if (part !== undefined) return Array.isArray(part) ? 'text' : 'fields';
  return JSON.stringify(pattern.$or ?? null).includes(JSON.stringify(bodyKey)) ? 'alternative' : 'none';
}
