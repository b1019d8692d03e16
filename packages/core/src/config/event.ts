import * as v from 'valibot';
import type { EventFields } from '../config.ts';
import { field } from './field.ts';
import { settings } from './settings.ts';

/** The fields of an event but for its measures, which stand with the window. */
export const event: v.GenericSchema<unknown, EventFields> = v.pipe(
  settings({ name: field, time: field }),
  v.description('{ name, time }, the fields that hold the name and the time of an event'),
);
