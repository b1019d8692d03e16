import type { Clock } from '../../clock.ts';
import type { ExecutionRecord } from '../../services/states/execution-record.ts';
import type { Executions } from '../../services/states/executions.ts';
import type { StateMachine } from '../../services/states/machine.ts';
import type { MapRuns } from '../../services/states/map-runs.ts';
import { StateFailure } from '../failure.ts';
import type { SdkClients, TaskCaller } from '../integrations/clients.ts';
import type { DistributedMap } from '../map-runner.ts';
import { type ChildInput, childInputs } from './item-batcher.ts';
import { readItems } from './item-reader.ts';
import { MapRun } from './map-run.ts';
import { type ChildResult, resultsOf, writeResults, writesResults } from './result-writer.ts';

export interface DistributedMapsOptions {
  readonly clients: SdkClients;
  readonly clock: Clock;
  readonly executions: Executions;
  readonly mapRuns: MapRuns;
}

/** The execution whose state the map is. */
export interface MapParent {
  readonly machine: StateMachine;
  readonly record: ExecutionRecord;
  readonly caller: TaskCaller;
}

interface Children {
  readonly map: DistributedMap;
  readonly parent: MapParent;
  readonly run: MapRun;
  readonly inputs: readonly ChildInput[];
  /** Rung where a child may begin: one has ended, the limits have changed, or the map is over. */
  readonly bell: { ring: () => void };
}

/** Runs distributed maps: children with histories of their own. */
export class DistributedMaps {
  readonly #options: DistributedMapsOptions;

  constructor(options: DistributedMapsOptions) {
    this.#options = options;
  }

  /** As `MapRunner.runDistributed`. */
  async run(map: DistributedMap, parent: MapParent): Promise<unknown> {
    const { clients, clock, mapRuns } = this.#options;
    const run = new MapRun(map, { parent: parent.record, clock });
    const bell = { ring: () => {} };
    mapRuns.open(run.record, () => bell.ring());
    map.started(run.record.mapRunArn);
    try {
      const items = await readItems({ map, clients, caller: parent.caller });
      const inputs = await childInputs(map, items);
      run.planned(inputs);
      const children = await this.#runChildren({ map, parent, run, inputs, bell });
      const { mapRunArn } = run.record;
      map.signal.throwIfAborted();
      const written = writesResults(map)
        ? await writeResults({ map, mapRunArn, clients, caller: parent.caller }, children)
        : undefined;
      if (run.hasFailed) throw exceeded();
      run.record.status = 'SUCCEEDED';
      return written ?? resultsOf(children);
    } catch (error) {
      run.record.status = map.signal.aborted ? 'ABORTED' : 'FAILED';
      throw error;
    } finally {
      run.record.stoppedMs = clock.now();
      mapRuns.close(run.record);
    }
  }

  /** Resolves when no child runs any more: all have ended, too many have failed, or nobody waits for them. */
  async #runChildren(children: Children): Promise<readonly ChildResult[]> {
    const { map, run, inputs, bell } = children;
    const results: ChildResult[] = inputs.map(({ input }) => ({ input }));
    const stop = new AbortController();
    const onAbort = () => {
      stop.abort(map.signal.reason);
      bell.ring();
    };
    if (map.signal.aborted) onAbort();
    map.signal.addEventListener('abort', onAbort, { once: true });
    const running = new Set<Promise<void>>();
    for (const [index, input] of inputs.entries()) {
      while (running.size >= run.concurrency && !stop.signal.aborted) {
        await new Promise<void>((resolve) => {
          bell.ring = resolve;
        });
      }
      if (stop.signal.aborted) break;
      const child: Promise<void> = this.#runChild(children, input, stop.signal).then((record) => {
        results[index] = { record };
        running.delete(child);
        run.ended(record);
        if (run.hasFailed) stop.abort(new Error('Too many children have failed'));
        bell.ring();
      });
      running.add(child);
    }
    await Promise.all(running);
    map.signal.removeEventListener('abort', onAbort);
    return results;
  }

  #runChild({ map, parent, run }: Children, input: ChildInput, signal: AbortSignal): Promise<ExecutionRecord> {
    const { executions, clock } = this.#options;
    const { machine } = parent;
    const definition = map.processor;
    const record = run.child(input, machine.roleArn, JSON.stringify(definition), clock.now());
    executions.run({ machine, record, definition, signal });
    return executions.ended(record.executionArn);
  }
}

function exceeded(): StateFailure {
  const cause = 'The specified tolerated failure threshold was exceeded';
  return StateFailure.reserved('States.ExceedToleratedFailureThreshold', cause);
}
