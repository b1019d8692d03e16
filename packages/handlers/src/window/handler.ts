import type { Context } from 'aws-lambda';
import { makeLogger } from '../log.ts';
import { readSource } from '../source.ts';
import type { WindowEvent } from './batch.ts';
import { windowBatchOf } from './batch.ts';
import { readWindowEnvironment } from './env.ts';

readWindowEnvironment();
const source = readSource();
const log = makeLogger('window', source.name);

/** Answers the state of a window that holds nothing; fails where there is anything to add up, so that no record passes unread. */
export async function handler(event: WindowEvent, context: Context): Promise<{ state: object }> {
  log.addContext(context);
  const batch = windowBatchOf(event);
  if (batch.records.length > 0) throw new Error('windows are not added up yet');
  return { state: {} };
}
