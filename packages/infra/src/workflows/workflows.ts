import type { StagePruneSettings } from '@tidemark/core/config';
import { type DeployedWorkflows, outputKey, workflowsOutput } from '@tidemark/core/deployment';
import { stepErrors } from '@tidemark/core/replay/step-errors';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { OperatorAccess } from '../access/operators.ts';
import { stageAccess } from '../access/stage-access.ts';
import type { DataBucket } from '../data/bucket.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { withStageCode } from '../functions/code.ts';
import { LoggedFunction } from '../functions/logged-function.ts';
import { publishing } from '../publish/publish.ts';
import { backfillDefinition } from './backfill.ts';
import { calledSettings } from './called-settings.ts';
import { Machine } from './machine.ts';
import { roleOfMachines } from './machine-role.ts';
import { Pruner } from './pruner.ts';
import { replayDefinition } from './replay.ts';
import { type OperatedSource, replaySettings } from './settings.ts';
import { onMappings, onPipes, unnamed } from './statements.ts';
import { undoDefinition } from './undo.ts';
import { Watchdog } from './watchdog.ts';

export interface WorkflowsProps {
  readonly operated: readonly OperatedSource[];
  readonly prune: StagePruneSettings;
  readonly data: DataBucket;
  /** Absent where the stage has no alarm. */
  readonly escalation: Escalation | undefined;
  readonly retain: boolean;
}

/** Replay, backfill, undo and prune of all sources of a stage: the machines, the functions that do their steps, and the watchdog. */
export class Workflows extends Construct {
  /** ARNs of the state machines of runs. */
  readonly runs: readonly string[];
  readonly watchdog: IFunction;

  constructor(scope: Construct, id: string, { operated, prune, data, escalation, retain }: WorkflowsProps) {
    super(scope, id);
    const access = stageAccess(operated.map(({ source }) => source));
    const replay = new LoggedFunction(this, 'Steps', {
      description: 'The steps of replays, backfills and undos',
      withCode: (use) => withStageCode('replay', use),
      access,
      settings: calledSettings({ memoryMb: 512, timeoutSeconds: 900 }),
      environment: {},
      statements: (role) => [
        ...unnamed(operated.flatMap(({ stream, series }) => [...stream.reading(), ...series.reading()])),
        ...operated.slice(0, 1).map(({ control }) => control.operating()),
        ...data.reporting(role),
        publishing(role),
      ],
      retain,
    });
    const sources = Object.fromEntries(operated.map((each) => [each.source.name, replaySettings(each)]));
    const parts = { sources, replay: { fn: replay.function, refusals: stepErrors } };
    // One for all three, which do the same: a policy of its own for each would be most of what a stage adds to a template.
    const role = roleOfMachines(this, {
      machines: ['replay', 'backfill', 'undo'],
      access,
      statements: statementsOf(this, operated, replay),
    });
    const machine = (name: string, comment: string, definition: typeof replayDefinition) =>
      new Machine(this, `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`, {
        ...{ name, comment, role, retain },
        definition: (states) => definition(states, parts),
      });
    const replays = machine('replay', 'Counts again from the stream, compares and switches', replayDefinition);
    const backfills = machine('backfill', 'Counts again from the archive, compares and switches', backfillDefinition);
    const undos = machine('undo', 'Gives back what a run replaced', undoDefinition);
    const prunes = new Pruner(this, 'Prune', { operated, prune, data, access, retain }).machine;
    const machines = [replays, backfills, undos, prunes];
    const watchdog = new Watchdog(this, 'Watchdog', { operated, machines, steps: replay.function, access, retain });
    this.runs = machines.map(({ arn }) => arn);
    this.watchdog = watchdog.function;
    for (const each of operated) {
      if (each.source.access.operators.length === 0) continue;
      const operators = { operated: each, machines, watchdog: watchdog.function, escalation };
      new OperatorAccess(this, outputKey(each.source.name), operators);
    }
    const deployed: DeployedWorkflows = {
      replay: replays.arn,
      backfill: backfills.arn,
      undo: undos.arn,
      prune: prunes.arn,
      watchdog: watchdog.function.functionName,
      ...(escalation === undefined ? {} : { incidents: deployedIncidents(escalation) }),
    };
    const output = new CfnOutput(this, 'Output', {
      description: "Where runs are started, for operators' tools",
      value: Stack.of(this).toJsonString(deployed),
    });
    output.overrideLogicalId(workflowsOutput);
  }
}

function deployedIncidents({
  machine,
  incidents,
  acknowledge,
  runbook,
}: Escalation): NonNullable<DeployedWorkflows['incidents']> {
  return {
    ...{ escalate: machine.arn, function: incidents.function.functionName },
    ...{ acknowledge: acknowledge.function.functionName, runbook },
  };
}

/** What the states of the machines do themselves. */
function statementsOf(role: Construct, operated: readonly OperatedSource[], replay: LoggedFunction): PolicyStatement[] {
  const recounts = operated.map(({ recount }) => recount.function.functionArn);
  return [
    new PolicyStatement({
      sid: 'CallSteps',
      actions: ['lambda:InvokeFunction'],
      resources: [replay.function.functionArn, ...recounts],
    }),
    onMappings(operated),
    onPipes(role, ['pipes:CreatePipe']),
    new PolicyStatement({
      sid: 'PassPipeRoles',
      actions: ['iam:PassRole'],
      resources: operated.map(({ recount }) => recount.pipeRole.roleArn),
      conditions: { StringEquals: { 'iam:PassedToService': 'pipes.amazonaws.com' } },
    }),
  ];
}
