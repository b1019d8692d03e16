import { rm } from 'node:fs/promises';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { EngineClock } from '../src/clock.ts';
import { type Engine, startEngine } from '../src/engine.ts';
import type { BusEvent } from '../src/services/events/event.ts';
import type { RuleFailure } from '../src/services/events/start.ts';
import { writeAssembly } from '../src/template/written-assembly.ts';
import { rulesHandler, rulesTemplate } from './rules-template.ts';

export const startMs = Date.parse('2026-11-02T09:00:00Z');
export const minuteMs = 60_000;
/** An engine with rules on a clock that stands still at nine o'clock, and what their one target, a function, was given. */
export interface TriedRules {
  readonly clock: EngineClock;
  readonly engine: Engine;
  readonly client: EventBridgeClient;
  /** Since the test began. */
  readonly failures: readonly RuleFailure[];
  put(...entries: PutEventsRequestEntry[]): ReturnType<typeof putEvents>;
  /** What the function logged since the test began. */
  texts(): string[];
  /** What it was given since then, when rules and Lambda have nothing left to do. */
  given<Given = BusEvent>(): Promise<Given[]>;
  idle(): Promise<void>;
}

/** To be called once in a test file: the engine ends with its tests. */
export function triedRules(): TriedRules {
  const clock = new EngineClock({ startMs, factor: 0 });
  const failures: RuleFailure[] = [];
  let assembly = '';
  let engine: Engine | undefined;
  let client: EventBridgeClient | undefined;
  /** So many of the function's lines belong to earlier tests. */
  let seen = 0;
  const all = () => (running(engine).services.logs.lines('/aws/lambda/target') ?? []).map(({ text }) => text);
  const texts = () => all().slice(seen);
  const idle = async () => {
    // Whoever the clock woke goes on first.
    await pause();
    await running(engine).rules.settled();
    while (!running(engine).asynchronous.isIdle) await pause();
  };
  beforeAll(async () => {
    assembly = await writeAssembly(rulesTemplate, { 'asset.target/index.mjs': rulesHandler });
    engine = await startEngine({ assembly, clock, onRuleFailure: (failure) => failures.push(failure) });
    const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
    client = new EventBridgeClient({ endpoint: engine.endpoint, region: 'eu-north-1', credentials });
  });
  afterAll(async () => {
    client?.destroy();
    await engine?.stop();
    await rm(assembly, { recursive: true });
  });
  afterEach(() => {
    running(engine).rules.chaos = undefined;
    failures.length = 0;
    seen = all().length;
  });
  return {
    ...{ clock, failures, texts, idle },
    get engine() {
      return running(engine);
    },
    get client() {
      return running(client);
    },
    put: (...entries) => putEvents(running(client), entries),
    async given<Given>() {
      await idle();
      const found = texts().flatMap((text) => /\tgot (.*)$/s.exec(text)?.[1] ?? []);
      return found.map((text) => JSON.parse(text) as Given);
    },
  };
}

function putEvents(client: EventBridgeClient, Entries: PutEventsRequestEntry[]) {
  return client.send(new PutEventsCommand({ Entries }));
}

function running<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('The engine does not run yet');
  return part;
}

export const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Of the shop; large above 100. */
export const order = (amount: number, more: object = {}): PutEventsRequestEntry => ({
  ...{ Source: 'shop', DetailType: 'Order', Detail: JSON.stringify({ amount, ...more }) },
});
