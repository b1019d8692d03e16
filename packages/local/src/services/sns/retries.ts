import type { Protocol } from './protocol.ts';

/** One phase of a delivery policy: so many retries, their waits growing from `fromMs` to `toMs`. */
interface Phase {
  readonly retries: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const seconds = (retries: number, from: number, to = from): Phase => ({
  ...{ retries, fromMs: from * 1_000, toMs: to * 1_000 },
});

/** Of endpoints that AWS runs: 100,015 retries over 23 days. */
const managed = [seconds(3, 0), seconds(2, 1), seconds(10, 1, 20), seconds(100_000, 20)];
/** Of people's: 50 over six hours. */
const owned = [seconds(2, 10), seconds(10, 10, 600), seconds(38, 600)];
const posted = [seconds(3, 20)];

const phasesOf: Readonly<Record<Protocol, readonly Phase[]>> = {
  ...{ sqs: managed, lambda: managed, http: posted, https: posted },
  ...{ email: owned, 'email-json': owned, sms: owned },
};

/** Engine time before a retry, 0 the first; undefined where SNS has given up. SNS adds a little chance, the engine does not. */
export function retryWaitMs(protocol: Protocol, retry: number): number | undefined {
  let before = 0;
  for (const { retries, fromMs, toMs } of phasesOf[protocol]) {
    const within = retry - before;
    if (within < retries) return fromMs === toMs ? fromMs : fromMs * (toMs / fromMs) ** (within / (retries - 1));
    before += retries;
  }
  return undefined;
}
