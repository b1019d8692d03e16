import * as v from 'valibot';
import type { Tidemark } from '../config.ts';
import { outputKey } from '../deployment.ts';
import { prune } from './prune.ts';
import { byName, mistakeAt, settings, show, value } from './settings.ts';
import { source } from './source.ts';

/** A configuration with mistakes: each with the path of its field, its value and what was expected. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/**
 * CloudFormation takes templates of 1 MB and 500 resources: a source needs up to 59 KB and 25 resources (with the longest names, ten measures and an
 * archive; operators take 5 KB more), the stage 117 KB and 28. The role of the state machines, which names parts of each source, stays below the
 * 10,240 characters that IAM takes.
 */
export const sourcesMax = 15;

const nameExpected =
  'small letters, digits and single hyphens, a letter first, 31 characters at most: resources are named after it';

const sources = v.pipe(
  byName('sources by their names', value<string>('a name of a source', nameExpected, isSourceName), source),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const names = [...dataset.value.keys()];
    if (names.length === 0 || names.length > sourcesMax) {
      addIssue({ message: `holds ${names.length} sources; expected from 1 to ${sourcesMax}` });
    }
    names.forEach((key, index) => {
      const twin = names.slice(0, index).find((other) => outputKey(other) === outputKey(key));
      if (twin === undefined) return;
      addIssue(mistakeAt([key], `cannot be told from ${show(twin)} in the names of resources; expected another name`));
    });
  }),
);

const tidemark = v.pipe(
  settings(
    { sources, prune: v.optional(prune, {}) },
    { escalation: 'is not available in this version of Tidemark; remove it, alarms are not escalated yet' },
  ),
  v.transform(
    ({ sources, prune }): Tidemark => ({
      sources: [...sources].map(([name, settings]) => ({ name, ...settings })),
      prune,
    }),
  ),
);

/** Checks a configuration and fills in the defaults. Throws one ConfigurationError that holds every mistake. */
export function resolveTidemark(input: unknown): Tidemark {
  const result = v.safeParse(tidemark, input);
  if (result.success) return result.output;
  throw new ConfigurationError(result.issues.map((issue) => `${pathOf(issue.path ?? [])}: ${issue.message}`));
}

function isSourceName(input: unknown): boolean {
  return typeof input === 'string' && input.length <= 31 && /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(input);
}

/** `sources.web.buckets[1]`, `sources["My web"]`; the whole configuration is called by that name. */
function pathOf(path: readonly { readonly key?: unknown }[]): string {
  let text = '';
  for (const { key } of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (typeof key === 'string' && /^[A-Za-z_$][\w$-]*$/.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(String(key))}]`;
  }
  return text === '' ? 'configuration' : text;
}
