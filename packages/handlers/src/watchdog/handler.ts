import type { WatchdogAnswer, WatchdogFinding } from '@tidemark/core/replay/watchdog';
import type { Context } from 'aws-lambda';
import * as v from 'valibot';
import { DynamoDB } from '../aws/dynamodb.ts';
import { Lambda } from '../aws/lambda.ts';
import { Pipes } from '../aws/pipes.ts';
import { StepFunctions } from '../aws/states.ts';
import { beforeDeadline } from '../deadline.ts';
import { makeLogger } from '../log.ts';
import { ControlTable } from '../runs/control-table.ts';
import { cleanUp } from './clean-up.ts';
import { readWatchdogEnvironment } from './env.ts';

const environment = readWatchdogEnvironment();
const log = makeLogger('watchdog');
const dynamodb = new DynamoDB();
const cleaner = {
  ...{ lambda: new Lambda(), pipes: new Pipes(), states: new StepFunctions() },
  stepsFunction: environment.STEPS_FUNCTION,
};
const watchdogCall = v.object({ sources: v.array(v.pipe(v.string(), v.nonEmpty())) });

/** Lets go of what a run has left behind whose execution was stopped. One source that fails does not keep the others waiting; at last it throws. */
export async function handler(event: unknown, context: Context): Promise<WatchdogAnswer> {
  log.addContext(context);
  const { sources } = v.parse(watchdogCall, event);
  const findings: WatchdogFinding[] = [];
  const errors: unknown[] = [];
  await beforeDeadline(context, async (signal) => {
    for (const source of sources) {
      try {
        const control = new ControlTable(dynamodb, environment.CONTROL_TABLE, source, signal);
        const finding = await cleanUp(source, control, cleaner, signal);
        if (finding !== undefined) findings.push(finding);
      } catch (error) {
        log.error('not cleaned up', { source, error });
        errors.push(error);
      }
    }
  });
  for (const finding of findings) log[finding.outcome === 'running' ? 'info' : 'warn']('looked at', { ...finding });
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} sources could not be cleaned up`);
  return { findings };
}
