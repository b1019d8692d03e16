import * as v from 'valibot';
import type { EscalationSettings, MaintenanceSettings } from '../incidents/settings.ts';
import { severities } from '../incidents/settings.ts';
import { contact } from './contact.ts';
import { nearest } from './nearest.ts';
import { officeHours } from './office-hours.ts';
import { schedule } from './schedule.ts';
import { mistakeAt, notA, oneOf, settings, show, value, wholeNumber } from './settings.ts';
import { timeSpan } from './time-span.ts';
import { zone } from './zone.ts';

const tiersMax = 10;
const contactsMax = 20;
const maintenanceMax = 50;

const tier = v.pipe(
  settings({
    notify: list('contacts', contact, contactsMax),
    acknowledgeWithin: v.optional(timeSpan('1m', '24h'), '15m'),
    repeat: v.optional(wholeNumber('a number of times', 1, 10), 1),
    severities: v.optional(list('severities', oneOf('a severity', severities), severities.length), [...severities]),
    hours: v.exactOptional(officeHours),
  }),
  v.transform(({ acknowledgeWithin, ...rest }) => ({ ...rest, acknowledgeWithinMs: acknowledgeWithin })),
);

const cronExpected = "six fields, minutes hours day-of-month month day-of-week year, such as '0 2 ? * SUN *'";

/** The fields alone: a maintenance window has a beginning, and no rate. */
const cron = v.pipe(
  v.custom<string>(
    (input) => faultOfCron(input) === undefined,
    (issue) => faultOfCron(issue.input) ?? '',
  ),
  v.description(cronExpected),
);

const maintenance: v.GenericSchema<unknown, MaintenanceSettings> = v.pipe(
  settings({
    cron,
    for: timeSpan('1m', '7d'),
    zone: v.optional(zone, 'UTC'),
    sources: v.exactOptional(v.array(v.string(notSource), notSource)),
  }),
  v.transform(({ for: forMs, ...rest }) => ({ ...rest, forMs })),
);

const runbookExpected = "an address such as 'https://wiki.example.org/tidemark', without a fragment";

/** An anchor is put after it. CloudWatch keeps 1,024 characters of an alarm's description, in which it stands. */
const runbook = value<string>(
  'the address of a runbook',
  runbookExpected,
  (input) => typeof input === 'string' && /^https:\/\/[^\s#]{1,500}$/.test(input) && URL.canParse(input),
);

/** Who is told of what turns on, one tier after the other. Without tiers incidents are kept, and nobody is told. */
export const escalation: v.GenericSchema<unknown, EscalationSettings> = v.pipe(
  settings({
    tiers: v.optional(list('tiers', tier, tiersMax, 0), []),
    rounds: v.optional(wholeNumber('a number of rounds', 1, 10), 2),
    raiseAgainAfter: v.optional(timeSpan('10m', '7d'), '4h'),
    gather: v.optional(timeSpan('1s', '5m'), '20s'),
    joinWithin: v.optional(timeSpan('1m', '24h'), '15m'),
    maintenance: v.optional(list('maintenance windows', maintenance, maintenanceMax, 0), []),
    runbook: v.exactOptional(runbook),
  }),
  v.transform(({ raiseAgainAfter, gather, joinWithin, ...rest }) => ({
    ...rest,
    raiseAgainAfterMs: raiseAgainAfter,
    gatherMs: gather,
    joinWithinMs: joinWithin,
  })),
);

/** Without a word of the configuration: incidents are kept, and nobody is told. */
export const noEscalation: EscalationSettings = v.parse(escalation, {});

/** Maintenance of sources that there are not, as issues of the configuration. */
export function unknownSources({ maintenance }: EscalationSettings, names: readonly string[]) {
  return maintenance.flatMap(({ sources = [] }, window) =>
    sources.flatMap((source, index) => {
      if (names.includes(source)) return [];
      const near = nearest(source, names);
      const hint = near === undefined ? `expected one of ${names.join(', ')}` : `did you mean ${near}?`;
      const path = ['escalation', 'maintenance', window, 'sources', index] as const;
      return [mistakeAt(path, `${show(source)} is not the name of a source; ${hint}`)];
    }),
  );
}

/** A list without repetition. */
function list<T>(
  noun: string,
  member: v.GenericSchema<unknown, T>,
  max: number,
  min = 1,
): v.GenericSchema<unknown, readonly T[]> {
  const expected = `from ${min} to ${max} ${noun}`;
  return v.pipe(
    v.array(member, (issue) => notA(issue.input, 'a list', expected)),
    v.check(
      ({ length }) => length >= min && length <= max,
      ({ input }) => `holds ${input.length} ${noun}; expected ${expected}`,
    ),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      dataset.value.forEach((each, index) => {
        if (typeof each === 'string' && dataset.value.indexOf(each) < index) {
          addIssue(mistakeAt([index], `${show(each)} stands there twice`));
        }
      });
    }),
    v.description(expected),
  );
}

function notSource({ input }: { readonly input: unknown }): string {
  return notA(input, 'a list of sources', "names such as ['web']");
}

function faultOfCron(input: unknown): string | undefined {
  if (typeof input !== 'string' || input.includes('(')) return notA(input, 'a schedule', cronExpected);
  const result = v.safeParse(schedule, `cron(${input})`);
  return result.success ? undefined : result.issues[0].message.replace(/^"cron\((.*?)\)"/, () => show(input));
}
