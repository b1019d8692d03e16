import type { Clock } from '../../clock.ts';
import type { EngineDirectory } from '../../directory.ts';
import type { Caller } from '../../gateway/intercept.ts';
import type { Principal } from '../../gateway/principal.ts';
import type { Service } from '../../gateway/service.ts';
import type { Meter } from '../../meter/meter.ts';
import type { Shutdown } from '../../shutdown.ts';
import { DistributedMaps } from '../../states/distributed/distributed-maps.ts';
import { distributedRefusals } from '../../states/distributed/fields.ts';
import { SdkClients } from '../../states/integrations/clients.ts';
import { TaskIntegrations } from '../../states/integrations/task-integrations.ts';
import type { Runners } from '../../states/place.ts';
import type { Progress } from '../../states/progress.ts';
import { TaskTokens } from '../../states/task-tokens.ts';
import type { MetricStore } from '../cloudwatch/store.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { Executions, type Performers } from './executions.ts';
import { abortUnfinished } from './leftovers.ts';
import { type StateMachine, StateMachines } from './machine.ts';
import { MapRuns } from './map-runs.ts';
import { statesService } from './service.ts';
import { StatesMetrics } from './states-metrics.ts';
import type { StatusChangeListener, StatusChanges } from './status-change.ts';
import { ExecutionStore } from './store.ts';
import { TokenOwners } from './token-owners.ts';

export interface StepFunctionsOptions {
  readonly region: string;
  /** Of the engine's gateway; asked for with the first call of a task. */
  readonly endpoint: () => string;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Where machines publish what becomes of their executions. */
  readonly metrics: MetricStore;
  readonly directory: EngineDirectory | undefined;
  readonly changes: StatusChanges;
  readonly shutdown: Shutdown;
  readonly onError: (error: unknown) => void;
}

/** Step Functions as the engine runs it. */
export interface StepFunctions {
  readonly service: Service;
  readonly machines: StateMachines;
  readonly runners: Runners;
  /** Loads what the resources of a definition need, before `runners` are asked about it. */
  prepare(resources: readonly string[]): Promise<void>;
  /** The state machine whose access key it is. */
  principalOf(accessKeyId: string): Principal | undefined;
  /** The machine whose task waits for the token. */
  machineOfToken(taskToken: string): string | undefined;
  /** Tells the listener of every execution that begins or ends, until what it gives is called. */
  onStatusChange(listener: StatusChangeListener): () => void;
  /** Resolves with the execution as it ended. */
  ended(executionArn: string): Promise<ExecutionRecord>;
  /** Stops the execution that made a call. */
  kill(caller: Caller): Promise<void>;
  /** Stops the executions of a machine that goes. */
  stop(stateMachineArn: string): Promise<void>;
}

export function startStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { region, endpoint, clock, meter, directory, changes, shutdown, onError } = options;
  const metrics = new StatesMetrics(options.metrics, clock);
  const store = new ExecutionStore(directory?.folder('states'));
  shutdown.add(async () => store.close());
  abortUnfinished(store, clock);
  const clients = new SdkClients({ endpoint, region });
  shutdown.add(async () => clients.close());
  const machines = new StateMachines();
  const mapRuns = new MapRuns(store);
  const tokens = new TaskTokens();
  const owners = new TokenOwners(tokens);
  const performers = (record: ExecutionRecord, machine: StateMachine, progress?: Progress): Performers => {
    const resumed = new Set(progress === undefined ? [] : statesOf(progress));
    const resumes = (stateName: string) => resumed.delete(stateName);
    const caller = { accessKeyId: machine.accessKeyId, sessionToken: record.executionArn };
    return {
      tasks: {
        refusal: (resource, given) => integrations.refusal(resource, given),
        run: (task) => integrations.run(task, caller),
      },
      tokens: owners.of(machine.stateMachineArn),
      maps: {
        refusals: distributedRefusals,
        runDistributed: (map) => maps.run(map, { machine, record, caller, resumes }),
      },
    };
  };
  const executions = new Executions({ store, clock, changes, meter, metrics, performers, onError });
  shutdown.add(() => executions.close());
  const integrations = new TaskIntegrations(clients, executions);
  const maps = new DistributedMaps({ clients, clock, executions, mapRuns });
  return {
    service: statesService({ clock, machines, store, executions, mapRuns, tokens }),
    machines,
    runners: { tasks: integrations, maps: { refusals: distributedRefusals } },
    prepare: (resources) => integrations.prepare(resources),
    principalOf: (accessKeyId) => principalOf(machines.byAccessKey(accessKeyId)),
    machineOfToken: (taskToken) => owners.find(taskToken),
    onStatusChange: (listener) => changes.onStatusChange(listener),
    ended: (executionArn) => executions.ended(executionArn),
    kill: ({ sessionToken }) => executions.stop(sessionToken, { error: 'Killed', cause: 'Struck by a fault' }),
    stop: (stateMachineArn) => executions.close(stateMachineArn),
  };
}

/** Where a sequence, and those within it, stopped. */
function statesOf({ at, inner = [] }: Progress): readonly string[] {
  return [...(at === undefined ? [] : [at.stateName]), ...inner.flatMap(statesOf)];
}

function principalOf(machine: StateMachine | undefined): Principal | undefined {
  if (machine === undefined) return undefined;
  return { kind: 'state machine', name: machine.name, roleArn: machine.roleArn };
}
