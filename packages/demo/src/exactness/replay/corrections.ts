import type { Engine } from '@tidemark/local/engine';
import type { Put } from '../figure-differences.ts';
import { isCorrection, readCall, see } from '../published.ts';

/**
 * Sees what runs put into CloudWatch after their switch. A crash between a call and its note in the run repeats the call: what was put again, and
 * nothing else, may be in a metric twice.
 */
export class Corrections {
  readonly #again = new Map<string, Put[]>();
  #ofRun = new Map<string, Put>();
  #calls = 0;

  constructor(engine: Engine) {
    see(engine, 'monitoring', (request) => {
      const call = request.operation === 'PutMetricData' ? readCall(request) : undefined;
      if (call === undefined || !isCorrection(call)) return;
      this.#calls += 1;
      for (const [key, put] of call.puts) {
        if (this.#ofRun.has(key)) this.#again.set(key, [...(this.#again.get(key) ?? []), put]);
        this.#ofRun.set(key, put);
      }
    });
  }

  /** Calls that took effect. */
  get calls(): number {
    return this.#calls;
  }

  /** What the run at hand has put, by `<metric> <EventName> <minute>`. */
  get ofRun(): ReadonlyMap<string, Put> {
    return this.#ofRun;
  }

  /** A run begins: what it puts is no repetition of what another has put. */
  begin(): void {
    this.#ofRun = new Map();
  }

  /** What any run has put more than once, by `<metric> <EventName> <minute>`. */
  again(): ReadonlyMap<string, readonly Put[]> {
    return this.#again;
  }
}
