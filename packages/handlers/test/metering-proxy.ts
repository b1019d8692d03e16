import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { ServerProxy } from './server-proxy.ts';

/** One DynamoDB call on its way, as the wire has it. */
export interface Call {
  /** `UpdateItem`, `GetItem`, … */
  readonly operation: string;
  readonly input: Record<string, unknown>;
  /** How many of its kind came before it. */
  readonly number: number;
}

/**
 * What happens to a call: sent on; sent on and its answer lost; answered with a fault of DynamoDB's, of a transaction with what it was cancelled for; of a BatchWriteItem only so many requests sent on, and the
 * others answered as unprocessed.
 */
export type Fate =
  | 'pass'
  | 'lose-answer'
  | { readonly fault: string; readonly status: number; readonly cancelledFor?: string }
  | { readonly processed: number };

/**
 * A proxy before the real DynamoDB Local: it counts calls and capacity units as DynamoDB itself reports them, and can
 * hurt a call. Everything that succeeds succeeds in DynamoDB.
 */
export class MeteringProxy extends ServerProxy {
  readonly calls: string[] = [];
  /** Capacity units as `ReturnConsumedCapacity` tells them; a failed condition reports none. */
  units = 0;
  decide: (call: Call) => Fate | Promise<Fate> = () => 'pass';
  readonly #target: string;

  constructor(target: string) {
    super();
    this.#target = target;
  }

  /** Forgets calls, units and the rule for hurting calls. */
  reset(): void {
    this.calls.length = 0;
    this.units = 0;
    this.decide = () => 'pass';
  }

  protected override async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = JSON.parse(await text(request));
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const number = this.calls.filter((call) => call === operation).length;
    this.calls.push(operation);
    const fate = await this.decide({ operation, input, number });
    const unprocessed = typeof fate === 'object' && 'processed' in fate ? cutOff(input, fate.processed) : {};
    if (typeof fate === 'object' && 'fault' in fate) {
      response.writeHead(fate.status, { 'content-type': 'application/x-amz-json-1.0' });
      const reasons = fate.cancelledFor === undefined ? {} : { CancellationReasons: [{ Code: fate.cancelledFor }] };
      const type = `com.amazonaws.dynamodb.v20120810#${fate.fault}`;
      response.end(JSON.stringify({ __type: type, message: fate.fault, ...reasons }));
      return;
    }
    if (typeof fate === 'object' && fate.processed === 0) {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ UnprocessedItems: unprocessed }));
      return;
    }
    const headers: Record<string, string> = {};
    for (const name of ['content-type', 'x-amz-target', 'x-amz-date', 'authorization']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    const body = JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' });
    const answer = await fetch(this.#target, { method: 'POST', headers, body });
    const answered = await answer.text();
    const parsed = JSON.parse(answered);
    // Of a batch a list, one of each table.
    for (const { CapacityUnits = 0 } of [parsed.ConsumedCapacity ?? []].flat()) this.units += CapacityUnits;
    if (fate === 'lose-answer') {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      Object.keys(unprocessed).length === 0 ? answered : JSON.stringify({ ...parsed, UnprocessedItems: unprocessed }),
    );
  }
}

/** Leaves so many requests of a BatchWriteItem in it, and returns the others by table. */
function cutOff(input: Record<string, unknown>, processed: number): Record<string, unknown[]> {
  const tables = input.RequestItems as Record<string, unknown[]>;
  return Object.fromEntries(Object.entries(tables).map(([table, requests]) => [table, requests.splice(processed)]));
}
