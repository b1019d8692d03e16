import type { SourceSettings, StagePruneSettings } from '@tidemark/core/config';
import type { PruneInput, TidemarkInput } from '@tidemark/core/config/input';
import { resolveTidemark } from '@tidemark/core/config/resolve';
import { outputKey } from '@tidemark/core/deployment';
import { Annotations, Lazy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { stageAccess } from './access/stage-access.ts';
import { assertNamedApart } from './alarms/alarm-name.ts';
import { setRunbook } from './alarms/description.ts';
import { StageAlarms, stageAlarms } from './alarms/stage-alarms.ts';
import { ControlTable } from './control/table.ts';
import { DataBucket } from './data/bucket.ts';
import { Escalation } from './escalation/escalation.ts';
import { untoldWarnings } from './escalation/untold.ts';
import { Health } from './health/health.ts';
import { Source } from './source.ts';
import type { StageSettings } from './stage.ts';
import { scheduleWarnings } from './workflows/schedule-warnings.ts';
import { Workflows } from './workflows/workflows.ts';

export interface TidemarkProps {
  /** What `tidemark.config.ts` holds. */
  readonly config: TidemarkInput;
  readonly stage: StageSettings;
}

/**
 * Counts the sources of a configuration. Serves in anyone's own stack; operators' tools find the sources by the outputs of
 * the stack, of which each source has one, so that a stack holds one Tidemark.
 *
 * Throws a ConfigurationError that lists every mistake of the configuration.
 *
 * @example
 * new Tidemark(stack, 'Tidemark', { config: { sources: { web: { event } } }, stage: stages.prod });
 */
export class Tidemark extends Construct {
  constructor(scope: Construct, id: string, props: TidemarkProps) {
    super(scope, id);
    const { sources, prune, escalation } = resolveTidemark(props.config);
    let escalates: Escalation | undefined;
    // Alarms name it before there is what serves it.
    setRunbook(this, escalation.runbook ?? Lazy.string({ produce: () => escalates?.runbook }));
    const retain = props.stage.retainData;
    const control = new ControlTable(this, 'Control', { retain });
    const data = new DataBucket(this, 'Data', { retain });
    const made = sources.map((source, position) => {
      // As its output is called: a source may be named `control` or `data`.
      return new Source(this, outputKey(source.name), { source, position, prune, control, data, retain });
    });
    const operated = made.map((source) => source.operated);
    this.#warn(props.config.prune, prune, sources);
    const access = stageAccess(sources);
    const looked = made.flatMap(({ lookedAt }) => lookedAt ?? []);
    const health =
      looked.length === 0 ? undefined : new Health(this, 'Health', { sources: looked, control, access, retain });
    const hasStageAlarms = sources.some(({ systemAlarms }) => systemAlarms);
    const ofStage = hasStageAlarms ? stageAlarms(this, health !== undefined) : [];
    const alarms = [...made.flatMap((source) => source.alarms), ...ofStage];
    assertNamedApart(alarms);
    const escalating = { settings: escalation, stage: props.stage.name, alarms, control, data, access, retain };
    escalates = alarms.length === 0 ? undefined : new Escalation(this, 'Escalation', escalating);
    for (const warning of untoldWarnings(alarms, escalation)) {
      Annotations.of(this).addWarningV2('tidemark:alarms', warning);
    }
    const workflows = new Workflows(this, 'Workflows', { operated, prune, data, escalation: escalates, retain });
    if (escalates !== undefined && hasStageAlarms)
      new StageAlarms(this, 'Alarms', { workflows, escalation: escalates, health });
  }

  #warn(written: PruneInput | undefined, settings: StagePruneSettings, sources: readonly SourceSettings[]): void {
    const hasRetention = sources.some(({ retentionMs }) => Object.keys(retentionMs).length > 0);
    const nowMs = Date.now();
    for (const warning of scheduleWarnings({ written, settings, hasRetention, nowMs })) {
      Annotations.of(this).addWarningV2('tidemark:prune', warning);
    }
  }
}
