import type { AccessSettings, StagePruneSettings } from '@tidemark/core/config';
import { pruneErrors } from '@tidemark/core/prune/steps';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DataBucket } from '../data/bucket.ts';
import { withStageCode } from '../functions/code.ts';
import { LoggedFunction } from '../functions/logged-function.ts';
import { calledSettings } from './called-settings.ts';
import { Machine } from './machine.ts';
import { roleOfMachines } from './machine-role.ts';
import { Nightly } from './nightly.ts';
import { pruneDefinition } from './prune.ts';
import { type OperatedSource, pruneSettings } from './settings.ts';
import { unnamed } from './statements.ts';

export interface PrunerProps {
  readonly operated: readonly OperatedSource[];
  readonly prune: StagePruneSettings;
  readonly data: DataBucket;
  readonly access: AccessSettings;
  readonly retain: boolean;
}

/** Shorter than what an aborted run waits for calls that are late (`lateCallMsMax`): when it ends, none of it can delete any more. */
const timeoutSeconds = 110;

/** Prune and restore of all sources of a stage: the machine, the function that does its steps, and the schedule where any source has a retention. */
export class Pruner extends Construct {
  readonly machine: Machine;

  constructor(scope: Construct, id: string, { operated, prune, data, access, retain }: PrunerProps) {
    super(scope, id);
    const steps = new LoggedFunction(this, 'Steps', {
      description: 'The steps of prunes and restores',
      withCode: (use) => withStageCode('prune', use),
      access,
      // A call holds the items of one object at a time: the processor that comes with the memory is for compressing them.
      settings: calledSettings({ memoryMb: 1024, timeoutSeconds }),
      environment: {},
      statements: (role) => [
        ...unnamed(operated.flatMap(({ stream, series }) => [...stream.reading(), ...series.pruning()])),
        ...operated.slice(0, 1).map(({ control }) => control.pruning()),
        ...data.exporting(role),
      ],
      retain,
    });
    const sources = Object.fromEntries(operated.map((each) => [each.source.name, pruneSettings(each, prune)]));
    const callSteps = new PolicyStatement({
      sid: 'CallSteps',
      actions: ['lambda:InvokeFunction'],
      resources: [steps.function.functionArn],
    });
    const name = 'prune';
    this.machine = new Machine(this, 'Machine', {
      ...{ name, comment: 'Exports and deletes old counters, or brings them back', retain },
      role: roleOfMachines(this, { machines: [name], access, statements: [callSteps] }),
      definition: (states) =>
        pruneDefinition(states, { sources, prune: { fn: steps.function, refusals: pruneErrors } }),
    });
    if (operated.every(({ source }) => Object.keys(source.retentionMs).length === 0)) return;
    const { schedule: expression, zone } = prune;
    new Nightly(this, 'Nightly', { machine: this.machine, expression, zone, access });
  }
}
