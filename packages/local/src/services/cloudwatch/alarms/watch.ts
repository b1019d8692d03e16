import { type Fold, fold, parseExpression } from '../expression.ts';
import type { MetricStore } from '../store.ts';
import type { MetricAlarm, WatchedQuery, WatchedStat } from './alarm.ts';
import { BandModel, parseBand } from './band.ts';
import { breaches } from './comparison.ts';
import { type Decision, decide, evaluationRange, type Slot } from './decide.ts';
import { MetricWindow, type SlotSpan, slotsOf } from './slots.ts';
import { treatmentOf } from './treatment.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** So far back a band learns. */
const learntMs = 14 * dayMs;
/** A model of fewer values learns again at every evaluation; one of more, every hour. */
const settledValues = 1_000;

export interface Excluded {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface WatchOptions {
  readonly store: MetricStore;
  readonly alarm: MetricAlarm;
  /** Spans from which a band around this metric is not to learn. */
  readonly excluded: (stat: WatchedStat) => readonly Excluded[];
}

/** A metric alarm's look at its metrics. */
export class AlarmWatch {
  readonly #options: WatchOptions;
  readonly #windows: ReadonlyMap<string, MetricWindow>;
  #model: { readonly learnt: BandModel; readonly hour: number } | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    const { store, alarm } = options;
    this.#windows = new Map(
      alarm.watched.queries.flatMap(({ id, stat }) =>
        stat === undefined ? [] : [[id, new MetricWindow(store, stat.metric)] as const],
      ),
    );
  }

  /** Undefined where there is no saying yet what is normal. */
  evaluate(nowMs: number): Decision | undefined {
    const { alarm } = this.#options;
    const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, periodMs, watched } = alarm;
    // Alarms over more than a day are evaluated by the hour.
    const step = evaluationPeriods * periodMs > dayMs ? hourMs : minuteMs;
    const endMs = Math.floor(nowMs / step) * step;
    const count = evaluationRange(evaluationPeriods);
    const compared = this.#slots(this.#query(watched.comparedId), { endMs, periodMs, count });
    const slots = watched.bandId === undefined ? compared : this.#bounded(compared, watched.bandId);
    if (slots === undefined) return undefined;
    return decide(slots, {
      ...{ evaluationPeriods, datapointsToAlarm, treatMissingData: treatmentOf(alarm) },
      isBreaching: (slot) => breaches(alarm, slot),
    });
  }

  /** The newest first. */
  #slots({ id, stat, expression = '' }: WatchedQuery, span: SlotSpan): readonly Slot[] {
    const fromMs = span.endMs - span.count * span.periodMs;
    if (stat !== undefined) {
      return slotsOf(this.#windows.get(id)?.read(fromMs) ?? [], stat.statistic, span);
    }
    const { by, of } = foldIn(expression);
    const points = this.#members(of).flatMap((query) =>
      this.#slots(query, span).flatMap(({ atMs, value }) => (value === undefined ? [] : [[atMs, value] as const])),
    );
    const values = new Map(fold(by, points));
    return Array.from({ length: span.count }, (_, index) => {
      const atMs = span.endMs - (index + 1) * span.periodMs;
      return { atMs, value: values.get(atMs) };
    });
  }

  #members({ ids }: FoldOfIds['of']): readonly WatchedQuery[] {
    if (ids !== 'all') return ids.map((id) => this.#query(id));
    return this.#options.alarm.watched.queries.filter(({ stat }) => stat !== undefined);
  }

  #query(id: string): WatchedQuery {
    const query = this.#options.alarm.watched.queries.find((each) => each.id === id);
    if (query === undefined) throw new Error(`The alarm has no query ${id}`);
    return query;
  }

  /** With the band's bounds, which are learnt from what came before the slots: an anomaly is not to make itself normal. */
  #bounded(slots: readonly Slot[], bandId: string): readonly Slot[] | undefined {
    const band = parseBand(this.#query(bandId).expression ?? '');
    if (band === undefined) throw new Error(`${bandId} is no band`);
    const oldestMs = slots.at(-1)?.atMs ?? 0;
    const hour = Math.floor(oldestMs / hourMs);
    if (this.#model === undefined || this.#model.hour !== hour || this.#model.learnt.values < settledValues) {
      this.#model = { learnt: this.#learn(band.aroundId, oldestMs), hour };
    }
    const { learnt } = this.#model;
    const bounded = slots.flatMap((slot) => {
      const bounds = learnt.boundsAt(slot.atMs, band.width);
      return bounds === undefined ? [] : [{ ...slot, ...bounds }];
    });
    return bounded.length === 0 ? undefined : bounded;
  }

  #learn(aroundId: string, endMs: number): BandModel {
    const { alarm, excluded } = this.#options;
    const { periodMs } = alarm;
    const query = this.#query(aroundId);
    const spans = query.stat === undefined ? [] : excluded(query.stat);
    const past = this.#slots(query, { endMs, periodMs, count: Math.floor(learntMs / periodMs) });
    return new BandModel(past.filter(({ atMs }) => !spans.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)));
  }
}

interface FoldOfIds extends Fold {
  readonly of: Exclude<Fold['of'], { readonly kind: 'search' }>;
}

function foldIn(expression: string): FoldOfIds {
  const parsed = parseExpression(expression, undefined);
  if (parsed.kind !== 'fold' || parsed.of.kind !== 'ids') throw new Error(`An alarm cannot watch ${expression}`);
  return { ...parsed, of: parsed.of };
}
