import type { Clock } from '../../clock.ts';
import type { LambdaHost } from '../../lambda/host.ts';
import type { Envelope } from '../../sources/batch.ts';
import type { Chaos } from '../../sources/chaos.ts';
import { sendDiscard } from '../../sources/destination.ts';
import type { DrainOptions } from '../../sources/drains.ts';
import { KinesisSource } from '../../sources/kinesis-source.ts';
import type { PositionStore } from '../../sources/positions.ts';
import { lambdaPace } from '../../sources/source.ts';
import { type ShardDiscard, StreamConsumer } from '../../sources/stream-consumer.ts';
import type { KinesisServer } from '../kinesis/server.ts';
import type { PipeAccessOptions } from './access.ts';
import type { PipeDefinition } from './definition.ts';
import type { PipeDelays } from './delays.ts';
import type { PipeIdentity } from './identity.ts';
import type { PipeEvent } from './pipe-event.ts';
import { pipeShape } from './shape.ts';
import { callTarget, type TargetOptions } from './target.ts';

export interface PollingOptions extends PipeAccessOptions, Omit<TargetOptions, 'invoker'> {
  readonly identity: PipeIdentity;
  readonly clock: Clock;
  readonly delays: PipeDelays;
  readonly kinesis: Pick<KinesisServer, 'invoke'>;
  readonly host: LambdaHost;
  readonly positions: PositionStore;
  readonly chaos: () => Chaos | undefined;
  readonly observe: (event: Omit<PipeEvent, 'pipe'>) => void;
  /** One batch is handed to the target. */
  readonly meter: (request: { readonly pipeName: string; readonly bytes: number }) => void;
}

/** A bare array. */
const envelope: Envelope = { before: '[', after: ']' };

/** A pipe at work: it begins to read when its delay is over, and ends with `stop`. */
export class Polling {
  readonly #options: PollingOptions;
  readonly #definition: PipeDefinition;
  readonly #consumer: StreamConsumer;
  readonly #begun: Promise<void>;
  readonly #stopping = new AbortController();
  #isWaiting = true;
  /** What fails from now on is cut off by the engine's end. */
  #isSilent = false;

  constructor(options: PollingOptions, definition: PipeDefinition, delayMs: number) {
    this.#options = options;
    this.#definition = definition;
    const { identity, clock, kinesis, positions, region, chaos, delays } = options;
    const { source: streamArn, roleArn: role, startingPosition, target, transform } = definition;
    const names = { pipeArn: identity.arn, pipeName: identity.name, sourceArn: streamArn, targetArn: target.arn };
    const shape = pipeShape(names, transform, () => clock.now());
    const pace = { ...lambdaPace, readIntervalMs: delays.readIntervalMs };
    this.#consumer = new StreamConsumer({
      ...{ id: identity.id, startingPosition, clock, positions, envelope, chaos },
      source: new KinesisSource({ server: kinesis, clock, streamArn, region, role, shape, pace }),
      identifiersOf: ({ sequenceNumber }, shardId) => [`${shardId}:${sequenceNumber}`, sequenceNumber],
      invoke: (batchJson) => this.#invoke(batchJson),
      discard: (discard) => this.#discard(discard),
      observe: (event) => this.#observe(event),
    });
    this.#begun = this.#begin(delayMs);
  }

  /** Begins nothing more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#begun;
    await this.#consumer.stop();
  }

  /** What happens from now on is told nobody. */
  silence(): void {
    this.#isSilent = true;
  }

  wake(): void {
    this.#consumer.wake();
  }

  isIdle(): boolean {
    return !this.#isWaiting && this.#consumer.isIdle();
  }

  async idle(options: DrainOptions): Promise<void> {
    await this.#begun;
    await this.#consumer.idle(options);
  }

  async #begin(delayMs: number): Promise<void> {
    await this.#options.clock.sleep(delayMs, this.#stopping.signal).catch(() => {});
    if (!this.#stopping.signal.aborted) await this.#consumer.start(this.#definition.settings);
    this.#isWaiting = false;
  }

  #invoke(batchJson: string) {
    const { identity, host, meter } = this.#options;
    meter({ pipeName: identity.name, bytes: Buffer.byteLength(batchJson) });
    return callTarget(this.#definition.target, batchJson, { ...this.#options, invoker: host });
  }

  async #discard(discard: ShardDiscard): Promise<void> {
    const { shardId, condition, records } = discard;
    this.#observe({ kind: 'discarded', shardId, records: records.length, reason: condition });
    const { source, settings } = this.#definition;
    if (settings.OnFailureDestination === undefined) return;
    const { identity, region, clock, dispatch } = this.#options;
    const context = { context: { partnerResourceArn: identity.arn, condition } };
    const whole = {
      ...{ ...discard, consumerId: identity.id, context, region, nowMs: clock.now() },
      source: { kind: 'kinesis' as const, arn: source },
    };
    await sendDiscard(whole, settings.OnFailureDestination, dispatch).catch((error: unknown) => {
      this.#observe({ kind: 'lost', shardId, records: records.length, reason: String(error) });
    });
  }

  #observe(event: Omit<PipeEvent, 'pipe'>): void {
    if (!this.#isSilent) this.#options.observe(event);
  }
}
