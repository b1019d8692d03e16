import * as v from 'valibot';
import type { Tidemark } from '../config.ts';
import { outputKey } from '../deployment.ts';
import type { EscalationSettings } from '../incidents/settings.ts';
import { escalation, noEscalation, unknownSources } from './escalation.ts';
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
 * CloudFormation takes templates of 1 MB and 500 resources: a source needs up to 75 KB and 33 resources (with the longest names, ten measures, an
 * archive and operators), the stage 150 KB and 59; what is left is for alarms on series, of up to 1 KB each, and for contacts. More sources would leave no room for
 * these in the 1 MB. The role of the state machines, which names parts of each source, stays below the 10,240 characters that IAM takes.
 */
export const sourcesMax = 10;
const resourcesMax = 500;
const stageResources = 59;
const sourceResources = 33;
/** A topic and a subscription. */
const contactResources = 2;

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
  settings({ sources, prune: v.optional(prune, {}), escalation: v.optional(escalation) }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { sources, escalation = noEscalation } = dataset.value;
    for (const issue of unknownSources(escalation, [...sources.keys()])) addIssue(issue);
    const message = tooManyAlarms([...sources.values()], escalation);
    if (message !== undefined) addIssue({ message });
  }),
  v.transform(
    ({ sources, prune, escalation = noEscalation }): Tidemark => ({
      sources: [...sources].map(([name, settings]) => ({ name, ...settings })),
      prune,
      escalation,
    }),
  ),
);

/** Checks a configuration and fills in the defaults. Throws one ConfigurationError that holds every mistake. */
export function resolveTidemark(input: unknown): Tidemark {
  const result = v.safeParse(tidemark, input);
  if (result.success) return result.output;
  throw new ConfigurationError(result.issues.map((issue) => `${pathOf(issue.path ?? [])}: ${issue.message}`));
}

/** What of alarms and contacts does not fit the stack any more; undefined where all do. */
function tooManyAlarms(
  sources: readonly { readonly alarms: readonly unknown[] }[],
  { tiers }: EscalationSettings,
): string | undefined {
  const alarms = sources.reduce((sum, source) => sum + source.alarms.length, 0);
  const contacts = new Set(tiers.flatMap(({ notify }) => notify)).size;
  const left = resourcesMax - stageResources - sourceResources * sources.length;
  if (alarms + contactResources * contacts <= left) return undefined;
  return `has ${alarms} alarms and ${contacts} contacts; expected ${left} at most, each contact counted twice: the stack would hold more than the ${resourcesMax} resources that CloudFormation takes`;
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
