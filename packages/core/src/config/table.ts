import * as v from 'valibot';
import type { TableSettings } from '../config.ts';
import { encryption } from './encryption.ts';
import { flag, isRecord, settings, value, wholeNumber } from './settings.ts';

/** 40,000 is the quota of a table that no account has raised. */
const provisioned = settings({
  readUnits: wholeNumber('a number of read units', 1, 40_000),
  writeUnits: wholeNumber('a number of write units', 1, 40_000),
});

const onDemand = value<'on-demand'>(
  'a way of billing',
  "'on-demand' or { readUnits, writeUnits }",
  (input) => input === 'on-demand',
);

export const table: v.GenericSchema<unknown, TableSettings> = settings({
  billing: v.optional(
    v.lazy((input): v.GenericSchema<unknown, TableSettings['billing']> => (isRecord(input) ? provisioned : onDemand)),
    'on-demand',
  ),
  pointInTimeRecovery: v.optional(flag, true),
  deletionProtection: v.exactOptional(flag),
  encryption: v.optional(encryption(['owned', 'aws']), 'owned'),
});
