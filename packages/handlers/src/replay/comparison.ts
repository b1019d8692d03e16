import type { JoinedPair } from '@tidemark/core/replay/compare';
import { isOpen, pairPlace } from '@tidemark/core/replay/compare';
import type { CompareCall, CompareCursor } from '@tidemark/core/replay/recount-steps';
import type { ReportLine, SeriesDifference } from '@tidemark/core/replay/report';
import { addVerdict, addWorst, partKey, reportLine } from '@tidemark/core/replay/report';
import type { Compared } from '@tidemark/core/replay/run';
import type { PairCheckpoints } from '@tidemark/core/replay/verdict';
import { verdictOf } from '@tidemark/core/replay/verdict';
import type { SpanSize } from '@tidemark/core/series/key';
import { sliceOfShard } from '@tidemark/core/series/key';
import type { Fence } from '@tidemark/core/series/sequence';
import { isWindowSize } from '@tidemark/core/series/window';
import { consumersOf } from './shards.ts';
import type { Step } from './step.ts';

/** Lines of one part of the report. */
const linesMax = 5000;

type BySlice = ReadonlyMap<string, Fence>;

/** Checkpoints, read before any partial is: by slice, of live counting's consumers and of the recount. */
export interface ReadCheckpoints {
  readonly count: BySlice;
  readonly window: BySlice;
  readonly recount: BySlice;
}

/** Judges pairs, tallies what was found, and writes what is not equal into parts of the report. */
export class Comparison {
  tally: Compared;
  worst: readonly SeriesDifference[];
  part: number;
  readonly #step: Step<CompareCall>;
  readonly #pass: number;
  readonly #checkpoints: ReadCheckpoints;
  #lines: string[] = [];

  constructor(step: Step<CompareCall>, { pass, part, tally, worst }: CompareCursor, checkpoints: ReadCheckpoints) {
    this.#step = step;
    this.#pass = pass;
    this.#checkpoints = checkpoints;
    this.part = part;
    this.tally = tally;
    this.worst = worst;
  }

  judge(name: string, size: SpanSize, pair: JoinedPair): void {
    const { startMs, slice } = pairPlace(size, pair.key);
    const verdict = verdictOf(pair, this.#checkpointsOf(size, slice));
    const open = isOpen(size, startMs, this.#step.nowMs);
    this.tally = addVerdict(this.tally, verdict, open);
    if (verdict === 'equal') return;
    const line: ReportLine = reportLine({ name, size, key: pair.key }, pair, verdict, open);
    this.#lines.push(JSON.stringify(line));
    if (verdict !== 'different') return;
    const events = eventsOf(pair.recount?.EventCount) - eventsOf(pair.live?.EventCount);
    this.worst = addWorst(this.worst, { name, size, different: 1, events });
  }

  get isPartFull(): boolean {
    return this.#lines.length >= linesMax;
  }

  /** A retry of the step writes the same parts again. */
  async endPart(): Promise<void> {
    if (this.#lines.length === 0) return;
    const { call, s3, signal } = this.#step;
    const key = partKey(call.source, call.run, this.#pass, this.part);
    const content = { body: `${this.#lines.join('\n')}\n`, contentType: 'application/jsonl' };
    await s3.put(call.settings.bucket, key, content, signal);
    this.#lines = [];
    this.part += 1;
  }

  #checkpointsOf(size: SpanSize, slice: string): PairCheckpoints {
    const live = this.#checkpoints[isWindowSize(size) ? 'window' : 'count'].get(slice);
    const recount = this.#checkpoints.recount.get(slice);
    return { ...(live === undefined ? {} : { live }), ...(recount === undefined ? {} : { recount }) };
  }
}

/** What somebody has spoilt may be no number. */
function eventsOf(count: unknown): number {
  return typeof count === 'number' && Number.isFinite(count) ? count : 0;
}

export async function readCheckpoints(
  { control, call }: Step<CompareCall>,
  generation: number,
): Promise<ReadCheckpoints> {
  const read = { count: new Map(), window: new Map(), recount: bySlice(await control.recountCheckpoints(generation)) };
  for (const consumer of consumersOf(call.settings)) read[consumer] = bySlice(await control.checkpoints(consumer));
  return read;
}

function bySlice(checkpoints: ReadonlyMap<string, { readonly LastSequence: Fence }>): Map<string, Fence> {
  return new Map([...checkpoints].map(([shardId, { LastSequence }]) => [sliceOfShard(shardId), LastSequence]));
}
