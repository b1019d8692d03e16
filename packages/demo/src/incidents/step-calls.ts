import type { Engine } from '@tidemark/local/engine';
import type { Call } from '@tidemark/local/gateway/intercept';
import { place } from '../exactness/calls.ts';
import { traceHeader } from '../exactness/published.ts';
import { SeenCalls } from '../exactness/seen-calls.ts';
import { AskedSteps, type Phase } from './asked-steps.ts';

/**
 * Where in a course a call is made: `send page-1-1-1-1: dynamodb TransactWriteItems Put INCIDENT #1` by the function of incidents, which does that step,
 * `acknowledge: states SendTaskSuccess #1` by the one behind links, `machine: send page-1-1-1-1` by the execution. The text follows from the calls alone, so
 * that a new call is a new position by itself. A step that is repeated, by another execution too, has the same name.
 */
export type StepPosition = string;

interface DynamoDbInput {
  readonly Key?: ItemKey;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly ItemKey[] }>>;
  readonly TransactItems?: readonly {
    readonly Put?: { readonly Item: ItemKey };
    readonly Delete?: { readonly Key: ItemKey };
  }[];
}

type ItemKey = Readonly<Record<string, { readonly S?: string }>>;

/** Calls of one invocation, by the id that the SDK gives each: what it repeats keeps its id. */
interface Invocation {
  readonly step: string;
  readonly byShape: Map<string, string[]>;
}

/** The functions that incidents are made of, by what the stack calls them. */
export interface IncidentFunctions {
  readonly incidents: string;
  readonly acknowledge: string;
}

/** Throws where one is missing. */
export function incidentFunctions({ host }: Pick<Engine, 'host'>): IncidentFunctions {
  const named = (part: string): string => {
    const [name, ...others] = host.definitions.filter(({ functionName }) => functionName.includes(part));
    if (name === undefined || others.length > 0) throw new Error(`not one function ${part}`);
    return name.functionName;
  };
  return { incidents: named('EscalationIncidents'), acknowledge: named('EscalationAcknowledge') };
}

/** Names every call that an escalation makes; of one incident at a time. */
export class StepCalls extends SeenCalls {
  readonly #functions: IncidentFunctions;
  readonly #invocations = new Map<string, Invocation>();
  readonly #asked = new AskedSteps();

  constructor(engine: Engine) {
    super(engine);
    this.#functions = incidentFunctions(engine);
  }

  /** A course goes into another phase, and from its first one on begins anew. */
  begin(phase: Phase): void {
    this.#asked.begin(phase);
  }

  /** What an execution has asked for last. */
  get step(): string {
    return this.#asked.step;
  }

  protected override name({ caller, request, resource }: Call): StepPosition | undefined {
    const { incidents, acknowledge } = this.#functions;
    const isMachine = caller.principal?.kind === 'state machine';
    if (isMachine && resource === incidents) {
      return `machine: ${this.#asked.next(JSON.parse(request.body.toString('utf8')))}`;
    }
    const who = caller.functionName;
    if (who !== incidents && who !== acknowledge) return undefined;
    const { service, operation, body } = request;
    const shape = `${service} ${operation}${service === 'dynamodb' ? itemsIn(JSON.parse(body.toString('utf8'))) : ''}`;
    const trace = request.headers[traceHeader] ?? '';
    const known = this.#invocations.get(trace);
    const step = known?.step ?? (who === acknowledge ? 'acknowledge' : this.#stepThatBegins(shape));
    const invocation = known ?? { step, byShape: new Map() };
    this.#invocations.set(trace, invocation);
    const nth = place(invocation.byShape, shape, request.headers['amz-sdk-invocation-id'] ?? '');
    return `${step}: ${shape} #${nth + 1}`;
  }

  /** Rules call the function too: by its first call one sees what for. */
  #stepThatBegins(shape: string): string {
    if (shape === 'dynamodb GetItem ALARM' || shape === 'monitoring DescribeAlarms')
      return `intake ${this.#asked.phase}`;
    return shape === 'dynamodb Query OUTBOX' ? 'sweep' : this.step;
  }
}

/** ` Put INCIDENT, Put ALARM`: kinds of items, without how many there are of each. */
function itemsIn({ Key, ExpressionAttributeValues, RequestItems, TransactItems = [] }: DynamoDbInput): string {
  const keys = Object.values(RequestItems ?? {}).flatMap(({ Keys = [] }) => Keys.map(kindOf));
  const writes = TransactItems.flatMap(({ Put, Delete }) => [
    ...(Put === undefined ? [] : [`Put ${kindOf(Put.Item)}`]),
    ...(Delete === undefined ? [] : [`Delete ${kindOf(Delete.Key)}`]),
  ]);
  const low = ExpressionAttributeValues?.[':low']?.S;
  const one = Key === undefined ? (low ?? '').split('#')[0] : kindOf(Key);
  return ` ${[...new Set([one, ...keys, ...writes].filter((each) => each !== ''))].join(', ')}`;
}

function kindOf({ Item }: ItemKey): string {
  return Item?.S?.split('#')[0] ?? '';
}
