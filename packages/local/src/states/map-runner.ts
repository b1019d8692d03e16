import type { ContextObject } from './context-object.ts';
import type { MapState, ProcessorDefinition } from './definition.ts';

/**
 * A distributed Map state that has been entered. The runner reads the items (or takes `items`), selects and batches them, runs
 * children with `runExecution` on `processor`, counts failures against what is tolerated, writes results, and resolves
 * with the state's result, before `Output`.
 */
export interface DistributedMap {
  readonly stateName: string;
  /** As the definition has it: `ItemReader`, `ItemBatcher`, `ResultWriter`, `Label` are the runner's to read. */
  readonly state: MapState;
  /** The children's definition. They have no view of the parent's variables. */
  readonly processor: ProcessorDefinition;
  /** The state's input. */
  readonly input: unknown;
  /** What `Items` came to, or the input; undefined where there is an `ItemReader`. A list, or an object of key and value. */
  readonly items: readonly unknown[] | Readonly<Record<string, unknown>> | undefined;
  /** 0 where there is no limit of the definition's own. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
  readonly context: ContextObject;
  /** Aborted once nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /**
   * Evaluates a template of the state (arguments of a reader or writer, a batcher's limits or `BatchInput`) with the state's variables and
   * input. `field` names it in failures, such as `ItemReader/Arguments`. Throws `StateFailure`.
   */
  evaluate(template: unknown, field: string): Promise<unknown>;
  /** What a child, or a batch, gets for an item: `ItemSelector` over it, or the item itself. Throws `StateFailure`. */
  select(item: MapItem): Promise<unknown>;
  /**
   * Records that the map run has begun, or goes on as it was redriven for the time that is told. To be called once, before the
   * first child.
   */
  started(mapRunArn: string, redriveCount?: number): void;
}

export interface MapItem {
  readonly index: number;
  readonly value: unknown;
  /** For items of an object. */
  readonly key?: string;
}

export interface MapRunner {
  /** Why a distributed map cannot be run, one sentence a reason. Asked when a state machine is created. */
  refusals(state: MapState): readonly string[];
  /** Throws `StateFailure`: `States.ExceedToleratedFailureThreshold`, `States.ItemReaderFailed`, `States.ResultWriterFailed`. */
  runDistributed(map: DistributedMap): Promise<unknown>;
}
