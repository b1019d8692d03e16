import type { Clock } from '../../clock.ts';
import type { ExecutionRecord } from '../../services/states/execution-record.ts';
import type { Executions } from '../../services/states/executions.ts';
import type { StateMachine } from '../../services/states/machine.ts';
import type { MapRuns } from '../../services/states/map-runs.ts';
import { StateFailure } from '../failure.ts';
import type { SdkClients, TaskCaller } from '../integrations/clients.ts';
import type { DistributedMap } from '../map-runner.ts';
import { childInputs } from './item-batcher.ts';
import { readItems } from './item-reader.ts';
import { type Child, MapRun } from './map-run.ts';
import { resultsOf, writeResults, writesResults } from './result-writer.ts';

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
  /** Whether the state is where a redrive goes on; once. */
  resumes(stateName: string): boolean;
}

/** One attempt at a map run; a redrive is another. */
interface Attempt {
  readonly map: DistributedMap;
  readonly parent: MapParent;
  readonly run: MapRun;
  /** Rung where a child may begin: one has ended, the limits have changed, or the map is over. */
  readonly bell: { ring: () => void };
}

interface Unfinished {
  readonly run: MapRun;
  /** Resolves when none of its children runs any more. */
  readonly over: Promise<void>;
}

/** Runs distributed maps: children with histories of their own. */
export class DistributedMaps {
  readonly #options: DistributedMapsOptions;
  /** The latest map run of each state that did not succeed, or runs. */
  readonly #unfinished = new Map<string, Unfinished>();

  constructor(options: DistributedMapsOptions) {
    this.#options = options;
  }

  /** As `MapRunner.runDistributed`. */
  async run(map: DistributedMap, parent: MapParent): Promise<unknown> {
    const { clock, mapRuns } = this.#options;
    const key = `${parent.record.executionArn} ${map.stateName}`;
    const earlier = parent.resumes(map.stateName) ? await this.#earlier(key) : undefined;
    const run = earlier ?? new MapRun(map, { parent: parent.record, clock });
    earlier?.redriven(clock.now());
    this.#forget();
    const over = Promise.withResolvers<void>();
    this.#unfinished.set(key, { run, over: over.promise });
    const bell = { ring: () => {} };
    mapRuns.open(run.record, () => bell.ring());
    map.started(run.record.mapRunArn, earlier === undefined ? undefined : run.record.redriveCount);
    try {
      const result = await this.#attempt({ map, parent, run, bell });
      run.record.status = 'SUCCEEDED';
      this.#forgetRun(key, run);
      return result;
    } catch (error) {
      run.record.status = map.signal.aborted ? 'ABORTED' : 'FAILED';
      throw error;
    } finally {
      run.record.stoppedMs = clock.now();
      mapRuns.close(run.record);
      over.resolve();
    }
  }

  /** The map runs of executions that nobody goes on with. */
  #forget(): void {
    for (const [key, { run }] of this.#unfinished) {
      if (this.#options.executions.isOver(run.record.executionArn)) this.#forgetRun(key, run);
    }
  }

  #forgetRun(key: string, run: MapRun): void {
    this.#unfinished.delete(key);
    for (const { record } of run.unfinished)
      if (record !== undefined) this.#options.executions.forget(record.executionArn);
  }

  /** The map run to go on with; undefined where it had not come to its items. */
  async #earlier(key: string): Promise<MapRun | undefined> {
    const unfinished = this.#unfinished.get(key);
    await unfinished?.over;
    return unfinished === undefined || unfinished.run.children.length === 0 ? undefined : unfinished.run;
  }

  async #attempt(attempt: Attempt): Promise<unknown> {
    const { map, parent, run } = attempt;
    const { clients } = this.#options;
    const reading = { map, clients, caller: parent.caller };
    if (run.children.length === 0) run.planned(await childInputs(map, await readItems(reading)));
    await this.#runChildren(attempt);
    map.signal.throwIfAborted();
    const { mapRunArn } = run.record;
    const written = writesResults(map) ? await writeResults({ ...reading, mapRunArn }, run.children) : undefined;
    if (run.hasFailed) throw exceeded();
    return written ?? resultsOf(run.children);
  }

  /** Resolves when no child runs any more: all have ended, too many have failed, or nobody waits for them. */
  async #runChildren(attempt: Attempt): Promise<void> {
    const { map, run, bell } = attempt;
    const stop = new AbortController();
    const onAbort = () => {
      stop.abort(map.signal.reason);
      bell.ring();
    };
    if (map.signal.aborted) onAbort();
    map.signal.addEventListener('abort', onAbort, { once: true });
    const running = new Set<Promise<void>>();
    for (const child of run.unfinished) {
      while (running.size >= run.concurrency && !stop.signal.aborted) {
        await new Promise<void>((resolve) => {
          bell.ring = resolve;
        });
      }
      if (stop.signal.aborted) break;
      const ended: Promise<void> = this.#runChild(attempt, child, stop.signal).then((record) => {
        running.delete(ended);
        run.ended(child, record);
        if (run.hasFailed) stop.abort(new Error('Too many children have failed'));
        bell.ring();
      });
      running.add(ended);
    }
    await Promise.all(running);
    map.signal.removeEventListener('abort', onAbort);
  }

  #runChild({ map, parent, run }: Attempt, child: Child, signal: AbortSignal): Promise<ExecutionRecord> {
    const { executions, clock } = this.#options;
    const { machine } = parent;
    run.began(child.input);
    if (child.record !== undefined) return executions.ended(executions.redrive(child.record, signal).executionArn);
    const definition = map.processor;
    const record = run.newChild(child.input, machine.roleArn, JSON.stringify(definition), clock.now());
    executions.run({ machine, record, definition, signal });
    return executions.ended(record.executionArn);
  }
}

function exceeded(): StateFailure {
  const cause = 'The specified tolerated failure threshold was exceeded';
  return StateFailure.reserved('States.ExceedToleratedFailureThreshold', cause);
}
