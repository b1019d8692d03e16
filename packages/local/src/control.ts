import type { EngineClock } from './clock.ts';
import type { WireRequest } from './gateway/attribute.ts';
import type { Control } from './gateway/gateway.ts';
import type { AwsResponse } from './gateway/service.ts';
import type { Meter } from './meter/meter.ts';
import { printMeter } from './meter/print.ts';
import { inboxControl } from './services/sns/control.ts';
import type { Inbox } from './services/sns/inbox.ts';
import { type Signer, signingKeyPath } from './services/sns/signature.ts';

export interface ControlOptions {
  readonly id: string;
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly clock: EngineClock;
  readonly meter: Meter;
  readonly inbox: Inbox;
  readonly signer: Signer;
  readonly isReady: () => boolean;
}

/**
 * What one asks the engine itself:
 * - `GET /_tidemark/health`: `{id, stage, stack, region, account, status}`, status `starting` or `ready`;
 * - `GET /_tidemark/clock`: `{nowMs, factor}`; `PUT` with `{setMs}`, `{advanceMs}` or `{factor}` changes it;
 * - `GET /_tidemark/meter`: the meter, as text where the client accepts `text/plain`; `DELETE` empties it;
 * - `/_tidemark/inbox`: as `inboxControl` says;
 * - `GET /_tidemark/sns-signing-key.pem`: the public key of notifications' signatures.
 */
export function engineControl(options: ControlOptions): Control {
  return async (request) => {
    // Requests of web pages carry an origin; none of them has business here.
    if (request.headers.origin !== undefined) return json(403, { message: 'Not for web pages' });
    const path = request.url.split('?')[0];
    if (path === '/_tidemark/health' && request.method === 'GET') return json(200, health(options));
    if (path === '/_tidemark/clock') return clock(options.clock, request);
    if (path === '/_tidemark/meter') return meter(options.meter, request);
    if (path === signingKeyPath) return signingKey(options.signer);
    const inbox = inboxControl(options.inbox, request);
    if (inbox !== undefined) return inbox;
    return json(404, {
      message: `${request.method} ${path} is unknown; known are /_tidemark/health, /_tidemark/clock, /_tidemark/meter and /_tidemark/inbox`,
    });
  };
}

function health({ id, stackName, region, account, isReady }: ControlOptions) {
  return { id, stage: stageOf(stackName), stack: stackName, region, account, status: isReady() ? 'ready' : 'starting' };
}

/** `dev` of `Tidemark-dev`. */
export function stageOf(stackName: string): string {
  return stackName.slice(stackName.indexOf('-') + 1);
}

function clock(engineClock: EngineClock, { method, body }: WireRequest): AwsResponse {
  if (method === 'PUT' || method === 'POST') {
    try {
      change(engineClock, JSON.parse(body.toString('utf8')));
    } catch (error) {
      return json(400, { message: error instanceof Error ? error.message : String(error) });
    }
  }
  return json(200, { nowMs: engineClock.now(), factor: engineClock.factor });
}

function change(engineClock: EngineClock, { setMs, advanceMs, factor }: Readonly<Record<string, unknown>>): void {
  if (setMs === undefined && advanceMs === undefined && factor === undefined) {
    throw new RangeError('One of setMs, advanceMs and factor is needed');
  }
  if (setMs !== undefined) engineClock.set(Number(setMs));
  if (advanceMs !== undefined) engineClock.advance(Number(advanceMs));
  if (factor !== undefined) engineClock.scale(Number(factor));
}

async function signingKey(signer: Signer): Promise<AwsResponse> {
  return { status: 200, headers: { 'content-type': 'application/x-pem-file' }, body: await signer.publicKeyPem() };
}

function meter(engineMeter: Meter, { method, headers }: WireRequest): AwsResponse {
  if (method === 'DELETE') engineMeter.reset();
  const snapshot = engineMeter.snapshot();
  if (headers.accept !== 'text/plain') return json(200, snapshot);
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: printMeter(snapshot) };
}

function json(status: number, value: unknown): AwsResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
