import { randomUUID } from 'node:crypto';
import type { DrainOptions } from '../../sources/drains.ts';
import type { GivenPipe, PipeDefinition } from './definition.ts';
import type { PipeIdentity } from './identity.ts';
import { Pipe, type PipeOptions } from './pipe.ts';
import { readDefinition } from './read-definition.ts';
import type { DesiredState, PipeState } from './state.ts';

/** What every pipe needs beside its own. */
export type PipesOptions = Omit<PipeOptions, 'identity' | 'given' | 'definition' | 'tags' | 'changed' | 'gone'>;

export interface NewPipe {
  readonly name: string;
  readonly given: GivenPipe;
  readonly definition: PipeDefinition;
  readonly desired: 'RUNNING' | 'STOPPED';
  readonly tags: Readonly<Record<string, string>>;
}

interface KeptPipe {
  readonly identity: PipeIdentity;
  readonly given: GivenPipe;
  readonly tags: Readonly<Record<string, string>>;
  readonly desired: DesiredState;
  readonly state: PipeState;
  readonly stateReason: string;
  readonly modifiedMs: number;
  readonly polls: boolean;
}

const keptUnder = 'pipes';

/** Every pipe of the engine. They are kept with the positions, and go on where they were. */
export class Pipes {
  readonly #options: PipesOptions;
  readonly #pipes = new Map<string, Pipe>();
  /** Of an earlier engine, not begun yet. */
  #kept: readonly KeptPipe[];

  constructor(options: PipesOptions) {
    this.#options = options;
    this.#kept = JSON.parse(options.positions.read(keptUnder) ?? '[]') as KeptPipe[];
  }

  get(name: string): Pipe | undefined {
    return this.#pipes.get(name);
  }

  /** By name. */
  list(): readonly Pipe[] {
    return [...this.#pipes.values()].sort((a, b) => (a.identity.name < b.identity.name ? -1 : 1));
  }

  /** The name must be free. */
  create(wanted: NewPipe): Pipe {
    return this.#create(wanted, false);
  }

  /**
   * A pipe of the template. One that was kept goes on, with what the template says now; undefined where that has another source
   * or start.
   */
  deploy(wanted: NewPipe): Pipe | undefined {
    const kept = this.#kept.find(({ identity }) => identity.name === wanted.name && identity.isOfTemplate);
    this.#kept = this.#kept.filter((each) => each !== kept);
    if (kept === undefined || kept.state === 'CREATE_FAILED') return this.#create(wanted, true);
    const before = readDefinition(kept.given);
    const { source, startingPosition } = wanted.definition;
    const same = before.ok && JSON.stringify([before.definition.source, before.definition.startingPosition]);
    if (same !== JSON.stringify([source, startingPosition])) return undefined;
    return this.#resume(kept, wanted.given, wanted.definition);
  }

  /** Once the template stands: the other pipes of an earlier engine go on, but for those that the template no longer has. */
  resume(): void {
    const kept = this.#kept;
    this.#kept = [];
    for (const each of kept) {
      const read = readDefinition(each.given);
      if (each.identity.isOfTemplate) this.#forget(each.identity);
      else if (read.ok) this.#resume(each, each.given, read.definition);
      else throw new Error(`Pipe ${each.identity.name} was kept and cannot be read: ${read.mistakes.join('; ')}`);
    }
    this.#keep();
  }

  /** Its tags are these from now on. */
  tag(pipe: Pipe, tags: Readonly<Record<string, string>>): void {
    pipe.tags = tags;
    this.#keep();
  }

  arnOf(name: string): string {
    return `arn:aws:pipes:${this.#options.region}:${this.#options.account}:pipe/${name}`;
  }

  /** Something was written to this stream: looks there at once. */
  wake(arn: string): void {
    for (const pipe of this.#pipes.values()) if (pipe.definition.source === arn) pipe.wake();
  }

  isIdle(): boolean {
    return this.list().every((pipe) => pipe.isIdle());
  }

  /** Resolves when every pipe has become what it is to be, and has nothing left to do. */
  async idle(options: DrainOptions = {}): Promise<void> {
    for (const pipe of this.list()) await pipe.idle(options);
  }

  /** Ends all with the engine. */
  async close(): Promise<void> {
    await Promise.all(this.list().map((pipe) => pipe.close()));
  }

  #create({ name, given, definition, desired, tags }: NewPipe, isOfTemplate: boolean): Pipe {
    const createdMs = this.#options.clock.now();
    const identity = { name, arn: this.arnOf(name), id: randomUUID(), createdMs, isOfTemplate };
    const pipe = this.#add(identity, given, definition, tags);
    // What the template wants stands when the engine does, whether or not its clock moves.
    if (isOfTemplate) pipe.create(desired, 0);
    else pipe.create(desired);
    return pipe;
  }

  #resume(kept: KeptPipe, given: GivenPipe, definition: PipeDefinition): Pipe {
    const pipe = this.#add(kept.identity, given, definition, kept.tags);
    pipe.desired = kept.desired;
    pipe.modifiedMs = kept.modifiedMs;
    pipe.resume(kept.state, kept.stateReason, kept.polls);
    return pipe;
  }

  #add(
    identity: PipeIdentity,
    given: GivenPipe,
    definition: PipeDefinition,
    tags: Readonly<Record<string, string>>,
  ): Pipe {
    const pipe = new Pipe({
      ...this.#options,
      ...{ identity, given, definition, tags },
      changed: () => this.#keep(),
      gone: ({ identity: { name } }) => {
        this.#pipes.delete(name);
        this.#forget(identity);
        this.#keep();
      },
    });
    this.#pipes.set(identity.name, pipe);
    return pipe;
  }

  #keep(): void {
    const pipes = [...this.#pipes.values()].map(
      ({ identity, given, tags, desired, state, stateReason, modifiedMs, polls }): KeptPipe => ({
        ...{ identity, given, tags, desired, state, stateReason, modifiedMs, polls },
      }),
    );
    this.#options.positions.write(keptUnder, JSON.stringify([...pipes, ...this.#kept]));
  }

  #forget({ id }: PipeIdentity): void {
    this.#options.positions.remove(`${id}/`);
  }
}
