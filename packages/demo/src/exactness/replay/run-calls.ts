import { type DeployedSource, outputKey } from '@tidemark/core/deployment';
import type { Engine } from '@tidemark/local/engine';
import type { Call } from '@tidemark/local/gateway/intercept';
import { describeCall, place } from '../calls.ts';
import { traceHeader } from '../published.ts';
import { SeenCalls } from '../seen-calls.ts';

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

/** Names every call that a run makes. */
export class RunCalls extends SeenCalls {
  readonly #source: DeployedSource;
  readonly #functions: RunFunctions;
  readonly #invocations = new Map<string, Invocation>();
  #ofMachine: RunPosition[] = [];
  /** What the machine has asked for last. */
  #op = '';

  constructor(engine: Engine, source: DeployedSource) {
    super(engine);
    this.#source = source;
    this.#functions = runFunctions(engine, source);
  }

  override record(): void {
    super.record();
    this.#ofMachine = [];
    this.#op = '';
  }

  /** The positions of all calls of state machines since `record`, as often as they were made. */
  get ofMachine(): readonly RunPosition[] {
    return this.#ofMachine;
  }

  protected override name(call: Call): RunPosition | undefined {
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
