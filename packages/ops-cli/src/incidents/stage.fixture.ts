import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncidentsDeployment } from '@tidemark/core/incidents/settings';
import { type LocalTables, startTables } from '../export/tables.fixture.ts';
import type { Target } from '../target.ts';

interface DynamoDbInput {
  readonly Key?: Readonly<Record<string, { readonly S?: string }>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
}

/** A stage with incidents: its tables are DynamoDB Local's. Its function says what it is deployed with, and its state machine notes who is woken. */
export class IncidentStage {
  readonly tables: LocalTables;
  readonly target: Target;
  /** Task tokens that were answered. */
  readonly woken: string[] = [];
  /** What the function answers; undefined: these credentials may not call it. */
  deployment: IncidentsDeployment | undefined;
  /** Whether the function throws in place of an answer. */
  isBroken = false;
  /** Partitions of the Control table that these credentials may not read. */
  readonly unreadable = new Set<string>();
  /** What a call of DynamoDB waits for. */
  held: Promise<void> = Promise.resolve();
  readonly #server: Server;

  private constructor(tables: LocalTables, server: Server, deployment: IncidentsDeployment, nowMs: number) {
    this.tables = tables;
    this.#server = server;
    this.deployment = deployment;
    const { port } = server.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:';
    this.target = {
      ...{ ...tables.target, endpoint, nowMs: async () => nowMs },
      client: { ...tables.target.client, endpoint },
      workflows: {
        ...{ replay: `${machine}replay`, backfill: `${machine}backfill`, undo: `${machine}undo`, watchdog: 'watchdog' },
        incidents: {
          ...{ escalate: `${machine}escalate`, function: 'incidents' },
          ...{ acknowledge: 'acknowledge', runbook: 'https://x.example/runbook' },
        },
      },
    };
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(
    sources: Parameters<typeof startTables>[0],
    deployment: IncidentsDeployment,
    nowMs: number,
  ): Promise<IncidentStage> {
    const tables = await startTables(sources);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new IncidentStage(tables, server, deployment, nowMs);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.tables.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const called = String(request.headers['x-amz-target'] ?? request.url);
    if (called.includes('/functions/acknowledge/')) this.#invoked(response);
    else if (called === 'AWSStepFunctions.SendTaskSuccess') this.#succeeded(response, JSON.parse(body.toString()));
    else await this.#passOn(request, body, response);
  }

  #isUnreadable({ Key, ExpressionAttributeValues }: DynamoDbInput): boolean {
    const partitions = [Key?.Source, ...Object.values(ExpressionAttributeValues ?? {})];
    return partitions.some((value) => value?.S !== undefined && this.unreadable.has(value.S));
  }

  #invoked(response: ServerResponse): void {
    if (this.isBroken) response.setHeader('x-amz-function-error', 'Unhandled').end('{"errorMessage":"out of memory"}');
    else if (this.deployment === undefined) refuse(response, 403, 'AccessDeniedException');
    else response.end(JSON.stringify(this.deployment));
  }

  /** A token that begins with `late` is of a wait that has ended, one with `forbidden` of a machine of others. */
  #succeeded(response: ServerResponse, { taskToken }: { taskToken: string }): void {
    this.woken.push(taskToken);
    if (taskToken.startsWith('late')) refuse(response, 400, 'TaskDoesNotExist');
    else if (taskToken.startsWith('forbidden')) refuse(response, 400, 'AccessDeniedException');
    else response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
  }

  /** All else is DynamoDB's. */
  async #passOn({ headers }: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    await this.held;
    if (this.#isUnreadable(JSON.parse(body.toString()))) {
      refuse(response, 400, 'AccessDeniedException');
      return;
    }
    const answer = await fetch(this.tables.target.client.endpoint ?? '', {
      ...{ method: 'POST', body: new Uint8Array(body) },
      headers: {
        'content-type': String(headers['content-type']),
        'x-amz-target': String(headers['x-amz-target']),
        authorization: String(headers.authorization),
        'x-amz-date': String(headers['x-amz-date']),
      },
    });
    response.statusCode = answer.status;
    response.setHeader('content-type', answer.headers.get('content-type') ?? 'application/x-amz-json-1.0');
    response.end(Buffer.from(await answer.arrayBuffer()));
  }
}

function refuse(response: ServerResponse, status: number, error: string): void {
  response.statusCode = status;
  response.setHeader('x-amzn-errortype', error);
  response.end(JSON.stringify({ __type: error, message: 'refused' }));
}
