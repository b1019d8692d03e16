import { setTimeout as sleep } from 'node:timers/promises';
import { interruptible } from '@tidemark/ops-cli/interruptible';

/** What a reading of the tables and of CloudWatch says of how far things are. */
export interface Standing {
  /** Events that the ledger has. */
  readonly received: number;
  /** Events that are in the table or in quarantine: ahead of the ledger while a batch is being written. */
  readonly done: number;
  /** Events that publishing is done with. */
  readonly settled: number;
  /** Whether all that the ledger has is published. */
  readonly isPublished: boolean;
}

/** How the run stands, for a view. */
export interface Moment<Reading> {
  readonly sent: number;
  /** Undefined while the number of events is not known yet. */
  readonly toSend: number | undefined;
  readonly sending: boolean;
  readonly seconds: number;
  /** Over the last seconds. */
  readonly sentPerSecond: number;
  readonly countedPerSecond: number;
  readonly reading: Reading | undefined;
}

export interface WatchOptions<Reading> {
  readonly read: () => Promise<Reading>;
  readonly standing: (reading: Reading) => Standing;
  /** Records sent by now, and whether more will be. */
  readonly progress: () => { readonly sent: number; readonly sending: boolean };
  readonly toSend: number | undefined;
  readonly show: (moment: Moment<Reading>) => void;
  readonly signal: AbortSignal;
}

export interface Watched<Reading> {
  readonly reading: Reading;
  /** From the first record until every one was counted. */
  readonly countedSeconds: number;
  /** Whether everything was counted and published; if not, nothing moved for a minute. */
  readonly isComplete: boolean;
}

const pauseMs = 250;
/** Without any change for this long after everything was sent, the rest is not coming. */
const patienceMs = 60_000;
const rateSpanMs = 3_000;

/** Reads and shows how far counting is until everything sent is counted and published, or nothing moves any more. */
export async function watch<Reading>(options: WatchOptions<Reading>): Promise<Watched<Reading>> {
  const { read, standing, progress, toSend, show, signal } = options;
  const startMs = performance.now();
  const secondsTo = (atMs: number): number => (atMs - startMs) / 1000;
  const past: Point[] = [];
  let latest: Reading | undefined;
  const draw = (): void => {
    const atMs = performance.now();
    const { sent, sending } = progress();
    past.push({ atMs, sent, counted: latest === undefined ? 0 : standing(latest).done });
    while ((past[1]?.atMs ?? atMs) < atMs - rateSpanMs) past.shift();
    show({ sent, toSend, sending, seconds: secondsTo(atMs), reading: latest, ...ratesOf(past) });
  };
  // Reading takes long while the table is busy: what was sent, and the time, are shown meanwhile.
  const drawing = setInterval(draw, pauseMs);
  try {
    let countedSeconds: number | undefined;
    let movedMs = startMs;
    let last = '';
    for (;;) {
      signal.throwIfAborted();
      // Before the reading: what is sent while it is made may not be in it yet.
      const { sent, sending } = progress();
      const askedMs = performance.now();
      // An interruption does not wait for an answer.
      const reading = await interruptible(read(), signal);
      const atMs = performance.now();
      latest = reading;
      draw();
      const stands = standing(reading);
      const isCounted = !sending && stands.received >= sent;
      if (isCounted) countedSeconds ??= secondsTo(atMs);
      if (isCounted && stands.isPublished) {
        return { reading, countedSeconds: countedSeconds ?? 0, isComplete: true };
      }
      const now = JSON.stringify([sent, stands]);
      if (sending || now !== last) movedMs = atMs;
      last = now;
      if (atMs - movedMs > patienceMs) {
        return { reading, countedSeconds: countedSeconds ?? secondsTo(atMs), isComplete: false };
      }
      // Reading costs the engine something too: rest twice as long as it took.
      await sleep(Math.max(pauseMs, 2 * (atMs - askedMs)), undefined, { signal });
    }
  } finally {
    clearInterval(drawing);
  }
}

interface Point {
  readonly atMs: number;
  readonly sent: number;
  readonly counted: number;
}

function ratesOf(past: readonly Point[]): Pick<Moment<unknown>, 'sentPerSecond' | 'countedPerSecond'> {
  const [first] = past;
  const last = past.at(-1);
  if (first === undefined || last === undefined || last.atMs === first.atMs)
    return { sentPerSecond: 0, countedPerSecond: 0 };
  const seconds = (last.atMs - first.atMs) / 1000;
  return {
    sentPerSecond: (last.sent - first.sent) / seconds,
    countedPerSecond: (last.counted - first.counted) / seconds,
  };
}
