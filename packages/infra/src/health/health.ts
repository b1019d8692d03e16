import type { AccessSettings } from '@tidemark/core/config';
import type { HealthCall } from '@tidemark/handlers/health/call';
import type { HealthEnvironment } from '@tidemark/handlers/health/env';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { ControlTable } from '../control/table.ts';
import { withStageCode } from '../functions/code.ts';
import { LoggedFunction } from '../functions/logged-function.ts';
import { publishing } from '../publish/publish.ts';
import { calledSettings } from '../workflows/called-settings.ts';
import { unnamed } from '../workflows/statements.ts';
import type { LookedAt } from './looked-at.ts';

export interface HealthProps {
  readonly sources: readonly LookedAt[];
  readonly control: ControlTable;
  readonly access: AccessSettings;
  readonly retain: boolean;
}

/** The alarms on what it tells look at periods of as long. */
export const lookMinutes = 5;

/** Looks at every source: how far it is behind its stream, and what was set aside, as metrics of the source as a whole. */
export class Health extends LoggedFunction<HealthEnvironment> {
  constructor(scope: Construct, id: string, { sources, control, access, retain }: HealthProps) {
    super(scope, id, {
      description: 'Tells CloudWatch how far each source is, and what was set aside',
      withCode: (use) => withStageCode('health', use),
      access,
      settings: calledSettings({ memoryMb: 512, timeoutSeconds: lookMinutes * 60 }),
      environment: { CONTROL_TABLE: control.table.tableName },
      statements: (role) => [
        ...unnamed(sources.flatMap(({ stream }) => stream.looking())),
        control.looking(sources.map(({ watched }) => watched.source)),
        publishing(role),
      ],
      retain,
    });
    const call: HealthCall = { sources: sources.map(({ watched }) => watched) };
    new Rule(this, 'Regularly', {
      description: 'How far each source is, and what was set aside',
      schedule: Schedule.rate(Duration.minutes(lookMinutes)),
      targets: [new FunctionTarget(this.function, { event: RuleTargetInput.fromObject(call) })],
    });
  }
}
