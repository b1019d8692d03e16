import { metricBytesPerCallMax, metricsPerCallMax } from '../limits.ts';
import type { Figures, Measured } from '../series/figures.ts';
import { mergeFigures } from '../series/figures.ts';
import type { Datum } from './datum.ts';
import { countBytesMax, countDatum, figuresBytesMax, figuresDatum, statisticValues } from './datum.ts';

interface Count {
  readonly name: string;
  readonly startMs: number;
  delta: number;
}

interface MeasuredSpan {
  readonly name: string;
  readonly startMs: number;
  readonly measure: string;
  readonly figures: Figures;
}

/** What one call will put, as changes are added to it: one datum a metric and start. */
export class CallData {
  readonly #source: string;
  readonly #counts = new Map<string, Count>();
  readonly #measured = new Map<string, MeasuredSpan>();
  #bytes = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** False, and nothing added, when the call would grow beyond what CloudWatch takes. */
  addCount(name: string, startMs: number, delta: number): boolean {
    const key = `${startMs}#${name}`;
    const count = this.#counts.get(key);
    if (count === undefined) {
      if (!this.#makeRoom(1, countBytesMax(this.#source, name))) return false;
      this.#counts.set(key, { name, startMs, delta });
    } else count.delta += delta;
    return true;
  }

  /**
   * All of `measured` or nothing: `full` when the call would grow beyond what CloudWatch takes, `refused` when a set would,
   * which only the figures of a stranger can bring about.
   */
  addFigures(name: string, startMs: number, measured: Measured): 'added' | 'full' | 'refused' {
    const merged = Object.entries(measured).map(([measure, figures]) => {
      const key = `${startMs}#${measure}#${name}`;
      const before = this.#measured.get(key);
      const sum = before === undefined ? figures : mergeFigures(before.figures, figures);
      return { key, isNew: before === undefined, span: { name, startMs, measure, figures: sum } };
    });
    if (merged.some(({ span }) => statisticValues(span.figures) === undefined)) return 'refused';
    const added = merged.filter(({ isNew }) => isNew);
    const bytes = added.reduce((sum, { span }) => sum + figuresBytesMax(this.#source, name, span.measure), 0);
    if (!this.#makeRoom(added.length, bytes)) return 'full';
    for (const { key, span } of merged) this.#measured.set(key, span);
    return 'added';
  }

  data(): Datum[] {
    const data: Datum[] = [];
    for (const { name, startMs, delta } of this.#counts.values()) {
      if (delta !== 0) data.push(countDatum(this.#source, name, startMs, delta));
    }
    for (const { name, startMs, measure, figures } of this.#measured.values()) {
      const statistics = statisticValues(figures);
      if (statistics !== undefined) data.push(figuresDatum(this.#source, name, startMs, measure, statistics));
    }
    return data;
  }

  #makeRoom(metrics: number, bytes: number): boolean {
    const data = this.#counts.size + this.#measured.size + metrics;
    if (data > metricsPerCallMax || this.#bytes + bytes > metricBytesPerCallMax) return false;
    this.#bytes += bytes;
    return true;
  }
}
