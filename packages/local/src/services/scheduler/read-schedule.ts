import { type Members, object, refusals } from '../../template/shape.ts';
import { utc, type Zone, zoneOf } from '../events/zone.ts';
import { groupNameDefault, isScheduleName, type SchedulePlace, scheduleArn } from './place.ts';
import { type Given, readTarget } from './read-target.ts';
import { Refusals } from './refusals.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';
import { parseTiming, type Timing } from './timing.ts';

export type ScheduleReading =
  | { readonly ok: true; readonly definition: ScheduleDefinition }
  /** Each begins with the field's path. */
  | { readonly ok: false; readonly mistakes: readonly string[] };

const descriptionCharactersMax = 512;
const windowMinutesMax = 1_440;

/**
 * Reads the input of `CreateSchedule` and `UpdateSchedule`, and the properties of the template's resource, with the name put in.
 * What is left out is the default.
 */
export function readSchedule(given: Given, members: Members, place: SchedulePlace): ScheduleReading {
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const reading = new Refusals(refusals(object(members), present, '').map((reason) => reason.replace(/^\./, '')));
  if (reading.mistakes.length > 0) return { ok: false, mistakes: reading.mistakes };
  const { Name, GroupName = groupNameDefault, Description, KmsKeyArn } = present;
  const name = readName(Name, 'Name', reading);
  const groupName = readName(GroupName, 'GroupName', reading);
  const { ScheduleExpressionTimezone: timezone = 'UTC', ScheduleExpression: expression } = present;
  const timing = readTiming(expression, timezone, reading);
  const startMs = readTime(present.StartDate, 'StartDate', reading);
  const endMs = readTime(present.EndDate, 'EndDate', reading);
  if (startMs !== undefined && endMs !== undefined && endMs <= startMs)
    reading.add('EndDate', 'it does not come after StartDate');
  if (Description !== undefined && String(Description).length > descriptionCharactersMax)
    reading.add('Description', `it has more than ${descriptionCharactersMax} characters`);
  const isEnabled = readChoice(present.State, 'State', ['ENABLED', 'DISABLED'], reading) === 'ENABLED';
  const action = readChoice(present.ActionAfterCompletion, 'ActionAfterCompletion', ['NONE', 'DELETE'], reading);
  const windowMinutes = readWindow(present.FlexibleTimeWindow, reading);
  const target = readTarget(present.Target, reading);
  if (timing === undefined || target === undefined || reading.mistakes.length > 0)
    return { ok: false, mistakes: reading.mistakes };
  return {
    ok: true,
    definition: {
      ...{ name, groupName, arn: scheduleArn(place, groupName, name), timing, startMs, endMs, isEnabled },
      ...{ expression: String(expression), timezone: String(timezone), windowMinutes, target },
      deletesItself: action === 'DELETE',
      description: Description === undefined ? undefined : String(Description),
      kmsKeyArn: KmsKeyArn === undefined ? undefined : String(KmsKeyArn),
    },
  };
}

function readName(given: unknown, path: string, reading: Refusals): string {
  if (isScheduleName(given)) return given;
  reading.add(path, `${shown(given)} is not 1 to 64 letters, digits, dots, dashes and underscores`);
  return '';
}

function readTiming(expression: unknown, timezone: unknown, reading: Refusals): Timing | undefined {
  const zone: Zone | undefined = zoneOf(String(timezone));
  if (zone === undefined) reading.add('ScheduleExpressionTimezone', `${shown(timezone)} is no time zone`);
  const parsed = parseTiming(String(expression), zone ?? utc);
  if (parsed.ok) return parsed.timing;
  reading.add('ScheduleExpression', `Invalid Schedule Expression ${parsed.mistake}`);
  return undefined;
}

/** The wire has seconds, templates ISO 8601. */
function readTime(given: unknown, path: string, reading: Refusals): number | undefined {
  if (given === undefined) return undefined;
  const ms = typeof given === 'number' ? Math.round(given * 1_000) : Date.parse(String(given));
  if (Number.isFinite(ms)) return ms;
  reading.add(path, `${shown(given)} is no time`);
  return undefined;
}

/** The first one where none is given. */
function readChoice<Choice extends string>(
  given: unknown,
  path: string,
  choices: readonly [Choice, Choice],
  reading: Refusals,
): Choice {
  const found = choices.find((choice) => choice === (given ?? choices[0]));
  if (found !== undefined) return found;
  reading.add(path, `${shown(given)} is neither ${choices.join(' nor ')}`);
  return choices[0];
}

function readWindow(given: unknown, reading: Refusals): number {
  const { Mode, MaximumWindowInMinutes: minutes } = (given ?? {}) as Given;
  const path = 'FlexibleTimeWindow';
  if (Mode === 'OFF') {
    if (minutes !== undefined) reading.add(`${path}.MaximumWindowInMinutes`, 'only FLEXIBLE takes it');
    return 0;
  }
  if (Mode !== 'FLEXIBLE') {
    reading.add(`${path}.Mode`, `${shown(Mode)} is neither OFF nor FLEXIBLE`);
    return 0;
  }
  const count = Number(minutes);
  if (Number.isInteger(count) && count >= 1 && count <= windowMinutesMax) return count;
  reading.add(
    `${path}.MaximumWindowInMinutes`,
    `${shown(minutes)} is not a whole number from 1 to ${windowMinutesMax}`,
  );
  return 0;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
