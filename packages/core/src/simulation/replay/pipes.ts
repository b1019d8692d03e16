import { Mapping } from '../mapping.ts';
import { recountFunction } from './recount.ts';
import type { ReplayWorld } from './world.ts';

export type PipeState = 'CREATING' | 'RUNNING' | 'STOPPING' | 'STOPPED' | 'DELETING';

/** A pipe from the stream to the recount. Its start cannot be changed. */
interface Pipe {
  state: PipeState;
  /** Arrivals from here on, milliseconds since the epoch; undefined: from the trim horizon on. */
  readonly fromMs: number | undefined;
  /** There is none before it runs. */
  mapping: Mapping | undefined;
}

/** The pipes of an account: what is asked for comes about some time later, and what is under way goes on whatever becomes of the pipe. */
export class Pipes {
  /** Nothing is delivered: the function fails, or AWS is in trouble. */
  isStalled = false;
  readonly #world: ReplayWorld;
  readonly #pipes = new Map<string, Pipe>();

  constructor(world: ReplayWorld) {
    this.#world = world;
  }

  get names(): readonly string[] {
    return [...this.#pipes.keys()];
  }

  state(name: string): PipeState | undefined {
    return this.#pipes.get(name)?.state;
  }

  get nextMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#delivering().map(({ nextMs }) => nextMs));
  }

  step(): boolean {
    const delivering = this.#delivering();
    return delivering.length > 0 && this.#world.random.pick(delivering).step();
  }

  /** False: there is one of this name. */
  create(name: string, fromMs: number | undefined): boolean {
    if (this.#pipes.has(name)) {
      return false;
    }
    const pipe: Pipe = { state: 'CREATING', fromMs, mapping: undefined };
    this.#pipes.set(name, pipe);
    this.#later(pipe, () => this.#run(name, pipe));
    return true;
  }

  /** False: it is in no state to be stopped. */
  stop(name: string): boolean {
    const pipe = this.#pipes.get(name);
    if (pipe?.state !== 'RUNNING') {
      return false;
    }
    pipe.state = 'STOPPING';
    this.#later(pipe, () => {
      pipe.state = 'STOPPED';
    });
    return true;
  }

  /** False: there is none, or it is in no state to be deleted. */
  delete(name: string): boolean {
    const pipe = this.#pipes.get(name);
    if (pipe === undefined || (pipe.state !== 'RUNNING' && pipe.state !== 'STOPPED')) {
      return false;
    }
    pipe.state = 'DELETING';
    this.#later(pipe, () => this.#pipes.delete(name));
    return true;
  }

  #run(name: string, pipe: Pipe): void {
    const world = this.#world;
    pipe.state = 'RUNNING';
    pipe.mapping = new Mapping(world, world.network, recountFunction(world, name), {
      begin: (place) => world.stream.begin(place, pipe.fromMs),
      horizon: (place) => world.stream.horizon(place),
      windowMs: 0,
      backoffMsMax: 60_000,
      paceMsMax: world.scenario.paceMsMax,
    });
  }

  #delivering(): Mapping[] {
    const pipes = this.isStalled ? [] : [...this.#pipes.values()];
    return pipes.flatMap(({ state, mapping }) => (mapping !== undefined && state !== 'STOPPED' ? [mapping] : []));
  }

  #later(pipe: Pipe, action: () => void): void {
    const { state } = pipe;
    const { random, timers, scenario } = this.#world;
    timers.in(random.integer(scenario.pipeMsMax), () => {
      if (pipe.state === state) {
        action();
      }
    });
  }
}
