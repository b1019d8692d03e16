import { type DeployedSource, outputKey } from '@tidemark/core/deployment';
import type { Engine } from '@tidemark/local/engine';
import type { Call } from '@tidemark/local/gateway/intercept';
import { describeCall, place } from '../calls.ts';
import { traceHeader } from '../published.ts';

/**
 * Where in a run a call is made: `prepare: dynamodb UpdateItem Control TIMELINE SET … #1` by the function of the steps, the same of `recount` and
 * `watchdog`; `machine: pipes CreatePipe after prepare` by the state machine, whose calls are as many as it repeats. The text follows from the calls
 * alone, so that a new call is a new position by itself.
 */
export type RunPosition = string;

export interface RunFunctions {
  readonly steps: string;
  readonly recount: string;
  readonly watchdog: string;
  /** Of the steps of prunes and restores. */
  readonly prune: string;
}

/** Calls of one invocation, by the id that the SDK gives each: what it repeats keeps its id. */
interface Invocation {
  /** The step that it performs, or the function. */
  readonly who: string;
  readonly byShape: Map<string, string[]>;
}

/** The functions of a stage that runs of a source are made of, by what the stack calls them. Throws where one is missing. */
export function runFunctions(engine: Engine, source: DeployedSource): RunFunctions {
  const names = engine.host.definitions.map(({ functionName }) => functionName);
  const named = (part: RegExp): string => {
    const [name, ...others] = names.filter((each) => part.test(each));
    if (name === undefined || others.length > 0) throw new Error(`${part}: ${names.join(', ')}`);
    return name;
  };
  return {
    steps: named(/WorkflowsSteps/),
    recount: named(new RegExp(`${outputKey(source.name)}Recount`)),
    watchdog: named(/WorkflowsWatchdog/),
    prune: named(/WorkflowsPruneSteps/),
  };
}

/** Names every call that a run makes, from its construction on. */
export class RunCalls {
  readonly #source: DeployedSource;
  readonly #functions: RunFunctions;
  readonly #seen = new Map<number, RunPosition>();
  readonly #invocations = new Map<string, Invocation>();
  readonly #recorded = new Set<RunPosition>();
  #ofMachine: RunPosition[] = [];
  /** What the machine has asked for last. */
  #op = '';

  /** To be made before any fault is added: the first fault to match a call is the only one that sees it. */
  constructor(engine: Engine, source: DeployedSource) {
    this.#source = source;
    this.#functions = runFunctions(engine, source);
    engine.faults.add({ match: { where: (call) => this.#see(call) }, action: { kind: 'lose' }, times: 0 });
  }

  /** Forgets what was recorded, and records anew. */
  record(): void {
    this.#recorded.clear();
    this.#ofMachine = [];
    this.#op = '';
  }

  /** The positions of all calls since `record`, in the order of their first appearance. */
  get recorded(): readonly RunPosition[] {
    return [...this.#recorded];
  }

  /** The positions of all calls of state machines since `record`, as often as they were made. */
  get ofMachine(): readonly RunPosition[] {
    return this.#ofMachine;
  }

  /** Undefined for calls of others. */
  positionOf(call: Call): RunPosition | undefined {
    return this.#seen.get(call.number);
  }

  #see(call: Call): boolean {
    const position = this.#position(call);
    if (position === undefined) return false;
    this.#seen.set(call.number, position);
    this.#recorded.add(position);
    return false;
  }

  #position(call: Call): RunPosition | undefined {
    const { caller, request } = call;
    if (caller.principal?.kind === 'state machine') return this.#ofMachines(call);
    const { steps, recount, watchdog, prune } = this.#functions;
    const who = caller.functionName;
    const isStep = who === steps || who === prune;
    if (!isStep && who !== recount && who !== watchdog) return undefined;
    const trace = request.headers[traceHeader] ?? '';
    const known = this.#invocations.get(trace);
    const begun = isStep ? this.#op : who === recount ? 'recount' : 'watchdog';
    const invocation = known ?? { who: begun, byShape: new Map() };
    this.#invocations.set(trace, invocation);
    const { shape } = describeCall(call, this.#source);
    const nth = place(invocation.byShape, shape, request.headers['amz-sdk-invocation-id'] ?? '');
    // The generation is another with every run, and which child of a map comes first is a matter of chance.
    const same = shape.replace(/#recount-\d{4}/, '#recount').replace(/\b(Pruned|Restored)\.\d\d\b/, '$1');
    return `${invocation.who}: ${same} #${nth + 1}`;
  }

  #ofMachines({ request, resource }: Call): RunPosition {
    const { service, operation, body } = request;
    const { steps, recount, prune } = this.#functions;
    const position = ((): RunPosition => {
      if (operation !== 'Invoke') return `machine: ${service} ${operation} after ${this.#op}`;
      if (resource === recount) return 'machine: recount of the archive';
      if (resource !== steps && resource !== prune) return `machine: ${service} ${operation} ${resource}`;
      const { op }: { op: string } = JSON.parse(body.toString('utf8'));
      this.#op = op;
      return `machine: ${op}`;
    })();
    this.#ofMachine.push(position);
    return position;
  }
}
