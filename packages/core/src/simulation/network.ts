import type { Random } from '../generate/random.ts';
import type { Call, Program, Task, TaskEnd } from './call.ts';
import type { Rules } from './rules.ts';
import type { Abandoned } from './zombies.ts';
import { Zombies } from './zombies.ts';

/** What the network knows of the world that it is part of, whatever is simulated there. */
export interface NetworkWorld {
  readonly scenario: { readonly faults: number };
  readonly rules: Pick<Rules, 'allWritesAwaited' | 'noWritePastDeadline' | 'failedWriteFails'>;
  readonly random: Random;
  nowMs: number;
  readonly trace: ((line: string) => void) | undefined;
}

/** How an invocation ended; `dead`: killed, or cut off by its timeout. */
export type InvocationEnd = TaskEnd | 'dead';

/** A running program of requests. */
export interface Invocation {
  readonly name: string;
  readonly program: Program;
  readonly deadlineMs: number;
  readonly onEnd: (end: InvocationEnd) => void;
  /** Tasks of the present group that are not done. */
  open: number;
  hasFailed: boolean;
}

/** A request under way, with the task that waits for its answer. */
interface Flight {
  call: Call;
  readonly task: Task;
  readonly invocation: Invocation;
  attempts: number;
}

/** Attempts of one request, the first included. */
const attemptsMax = 3;

/** Every request under way between the invocations and the store, and everything that can befall one. */
export class Network {
  readonly #running = new Set<Invocation>();
  readonly #world: NetworkWorld;
  readonly #flights: Flight[] = [];
  /** Requests that get no answer, whose senders have not noticed yet. */
  readonly #hanging: Flight[] = [];
  readonly #zombies: Zombies;
  /** 0 to 1; lowered towards the end, so that every scenario ends. */
  faults: number;

  constructor(world: NetworkWorld) {
    this.#world = world;
    this.#zombies = new Zombies(world, (call) => this.#land(call, 'lands late'));
    this.faults = world.scenario.faults;
  }

  /** When `passTime` has something to do next; Infinity when never. */
  get nextMs(): number {
    let nextMs = this.#zombies.nextMs;
    for (const { invocation } of this.#hanging) {
      nextMs = Math.min(nextMs, invocation.deadlineMs);
    }
    return nextMs;
  }

  start(invocation: Omit<Invocation, 'open' | 'hasFailed'>): void {
    const started = { ...invocation, open: 0, hasFailed: false };
    this.#running.add(started);
    this.#advance(started);
  }

  /** As `start`, but its first requests hang from the beginning. */
  startHanging(invocation: Omit<Invocation, 'open' | 'hasFailed'>): void {
    const before = new Set(this.#flights);
    this.start(invocation);
    for (const flight of this.#flights.filter((candidate) => !before.has(candidate))) {
      this.#hang(flight);
    }
  }

  /** Lets one request make progress, whichever; false when no invocation waits for one. */
  step(): boolean {
    const { random } = this.#world;
    if (this.#flights.length === 0) {
      return false;
    }
    const at = random.integer(this.#flights.length + this.#zombies.count);
    const flight = this.#flights[at];
    if (flight === undefined) {
      this.#zombies.land(at - this.#flights.length);
    } else if (random.fraction() >= this.faults) {
      this.#answer(flight, this.#land(flight.call));
    } else {
      this.#befall(flight, random.integer(7));
    }
    return true;
  }

  /** Ends what has run too long, and lands what can be under way no longer. */
  passTime(): void {
    for (const invocation of this.#running) {
      if (this.#world.nowMs >= invocation.deadlineMs) {
        this.#kill(invocation, this.#world.rules.noWritePastDeadline ? 'aborted' : 'frozen', invocation.deadlineMs);
      }
    }
    this.#zombies.passTime();
  }

  #befall(flight: Flight, fault: number): void {
    switch (fault) {
      case 0:
        this.#fail(flight, 'throttled or lost');
        break;
      case 1:
        this.#land(flight.call);
        this.#fail(flight, 'its answer lost');
        break;
      case 2:
        this.#zombies.add(flight.call, 'aborted', this.#world.nowMs);
        this.#fail(flight, 'late');
        break;
      case 3:
        this.#kill(flight.invocation, 'aborted');
        break;
      case 4:
        this.#land(flight.call);
        this.#remove(flight);
        this.#kill(flight.invocation, 'aborted');
        break;
      case 5:
        this.#hang(flight);
        break;
      default:
        this.#world.nowMs += this.#world.random.integer(20_000);
    }
  }

  #land(call: Call, how = 'lands'): unknown {
    const answer = call.land();
    this.#world.trace?.(`  ${how}: ${call.name()}${answer === undefined ? '' : ` -> ${told(answer)}`}`);
    return answer;
  }

  #answer(flight: Flight, answer: unknown): void {
    const next = flight.task.next(answer);
    if (next.done === true) {
      this.#remove(flight);
      this.#settle(flight.invocation, next.value);
    } else {
      flight.call = next.value;
      flight.attempts = 0;
    }
  }

  /** The sender learns of an error: its SDK tries again, or the task fails. */
  #fail(flight: Flight, how: string): void {
    this.#world.trace?.(`  fails, ${how}: ${flight.call.name()}`);
    flight.attempts += 1;
    if (flight.attempts < attemptsMax && this.#world.random.fraction() < 0.5) {
      return;
    }
    this.#remove(flight);
    const isPassedOver = flight.call.kind === 'count' && !this.#world.rules.failedWriteFails;
    this.#settle(flight.invocation, isPassedOver ? 'done' : 'failed');
  }

  #settle(invocation: Invocation, end: TaskEnd): void {
    invocation.open -= 1;
    invocation.hasFailed ||= end === 'failed';
    const goesOnEarly = !this.#world.rules.allWritesAwaited && this.#world.random.fraction() < 0.3;
    if (goesOnEarly && invocation.open > 0 && this.#isCounting(invocation)) {
      this.#abandonAll(invocation, 'frozen', this.#world.nowMs);
      invocation.open = 0;
    }
    if (invocation.open === 0) {
      this.#advance(invocation);
    }
  }

  #advance(invocation: Invocation): void {
    while (invocation.open === 0) {
      const next = invocation.hasFailed ? { done: true, value: 'failed' as const } : invocation.program.next();
      if (next.done === true) {
        this.#end(invocation, next.value as TaskEnd);
        return;
      }
      for (const task of next.value as readonly Task[]) {
        const first = task.next();
        if (first.done !== true) {
          invocation.open += 1;
          this.#flights.push({ call: first.value, task, invocation, attempts: 0 });
        } else {
          invocation.hasFailed ||= first.value === 'failed';
        }
      }
    }
  }

  #end(invocation: Invocation, end: InvocationEnd): void {
    this.#world.trace?.(`${invocation.name}: ${end}`);
    this.#running.delete(invocation);
    invocation.onEnd(end);
  }

  #kill(invocation: Invocation, how: Abandoned, atMs = this.#world.nowMs): void {
    this.#abandonAll(invocation, how, atMs);
    this.#end(invocation, 'dead');
  }

  #abandonAll(invocation: Invocation, how: Abandoned, atMs: number): void {
    for (const flight of [...this.#flights, ...this.#hanging]) {
      if (flight.invocation === invocation) {
        this.#remove(flight);
        if (this.#world.random.fraction() < 0.7) {
          this.#zombies.add(flight.call, how, atMs);
        }
      }
    }
  }

  #hang(flight: Flight): void {
    this.#world.trace?.(`  hangs: ${flight.call.name()}`);
    this.#remove(flight);
    this.#hanging.push(flight);
  }

  #isCounting(invocation: Invocation): boolean {
    return [...this.#flights, ...this.#hanging].every(
      (flight) => flight.invocation !== invocation || flight.call.kind === 'count',
    );
  }

  #remove(flight: Flight): void {
    const flights = this.#hanging.includes(flight) ? this.#hanging : this.#flights;
    flights.splice(flights.indexOf(flight), 1);
  }
}

const toldCharactersMax = 200;

function told(answer: unknown): string {
  const text = JSON.stringify(answer);
  return text.length > toldCharactersMax ? `${text.slice(0, toldCharactersMax)}…` : text;
}
