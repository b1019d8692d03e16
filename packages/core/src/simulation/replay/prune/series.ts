import { exportDay } from '../../../prune/object.ts';
import type { WorkRange } from '../../../prune/work.ts';
import { attemptMsMax } from '../../world.ts';
import type { RunContext } from '../control.ts';
import { assertStanding, readRun } from '../control.ts';
import { partialKeyOf } from '../partial-keys.ts';
import type { Step } from '../step.ts';
import { Refusal, request } from '../step.ts';
import { samePartial } from '../store.ts';
import type { ReplayWorld } from '../world.ts';
import type { ExportLine } from './exports.ts';
import { objectOf } from './exports.ts';

/** Pages that one invocation goes through. */
const pagesMax = 3;
/** Items that one request deletes. */
const deletedMax = 2;

/** Where a child stands: everything of its series up to `after`, in the range with the place `work`, is done. */
export interface SeriesCursor {
  readonly work: number;
  readonly after: string;
}

interface Page extends SeriesCursor {
  readonly range: WorkRange;
  readonly lines: readonly ExportLine[];
}

/** Exports and deletes what is to go of one series, page by page, for a bounded time. Undefined when it is done. */
export function* pruneSeries(
  world: ReplayWorld,
  context: RunContext,
  name: string,
  cursor: SeriesCursor,
): Step<SeriesCursor | undefined> {
  yield* assertStanding(world, context);
  const { Work = [] } = yield* readRun(world, context.request.run);
  let at = cursor;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const early = world.rules.listedAfterRead ? undefined : yield* listed(world, name, Work[at.work]);
    const page = yield* request(`query ${name}`, () => nextPage(world, name, Work, at), 'read');
    if (page === undefined) {
      return undefined;
    }
    if (page.range.exported) {
      yield* exportLines(world, context, page, early);
    }
    yield* deleteLines(world, context, page);
    at = { work: page.work, after: page.after };
  }
  return at;
}

/** The next items in the order of their keys, of one range and one day. */
function nextPage(
  { store, scenario }: ReplayWorld,
  name: string,
  ranges: readonly WorkRange[],
  { work, after }: SeriesCursor,
): Page | undefined {
  const keys = [...store.partials.keys()].filter((key) => partialKeyOf(key).name === name).sort();
  for (const [index, range] of ranges.entries()) {
    if (index < work) {
      continue;
    }
    const found = keys.filter((key) => isIn(range, key) && (index > work || key > after));
    const day = found[0] === undefined ? '' : exportDay(partialKeyOf(found[0]).startMs);
    const taken = found.filter((key) => exportDay(partialKeyOf(key).startMs) === day);
    const lines = taken.slice(0, scenario.prune.objectItems).map((key) => ({ key, partial: store.read(key) }));
    const last = lines.at(-1);
    if (last !== undefined) {
      return { work: index, after: last.key, range, lines: lines as readonly ExportLine[] };
    }
  }
  return undefined;
}

function isIn({ size, generation, fromMs, toMs = Number.POSITIVE_INFINITY }: WorkRange, text: string): boolean {
  const key = partialKeyOf(text);
  return key.size === size && key.generation === generation && key.startMs >= fromMs && key.startMs < toMs;
}

/** Ends when every line is in some object, under `counts/` or, where it came back with other content, under `again/`. */
function* exportLines(
  world: ReplayWorld,
  { request: { run } }: RunContext,
  { range, lines }: Page,
  early: readonly string[] | undefined,
): Step<void> {
  const { exports, rules } = world;
  for (let known = early; ; known = undefined) {
    const held = new Map<string, ExportLine>();
    const objects = known ?? (yield* listed(world, nameOf(lines), range, lines));
    for (const object of objects) {
      for (const line of yield* request(`get ${object}`, () => exports.counts.get(object) ?? [], 'read')) {
        held.set(line.key, line);
      }
    }
    const spoilt = lines.find(({ key }) => objects.includes(objectOf(key)) && !held.has(key));
    if (spoilt !== undefined && known === undefined && rules.exportVerified) {
      throw new Refusal('ExportDamaged', objectOf(spoilt.key));
    }
    const back = lines.filter(({ key, partial }) => isOther(held.get(key), partial));
    if (back.length > 0 && rules.otherContentApart) {
      yield* request(`put again ${told(back)}`, () => {
        exports.again.set(`${run} ${objectOf((back[0] as ExportLine).key)}`, back);
      });
    }
    const fresh = lines.filter(
      ({ key, partial }) =>
        !(held.has(key) && rules.coveredOnce) || (isOther(held.get(key), partial) && !rules.otherContentApart),
    );
    if (fresh.length === 0 || (yield* putObject(world, fresh))) {
      return;
    }
  }
}

function isOther(held: ExportLine | undefined, partial: ExportLine['partial']): boolean {
  return held !== undefined && !samePartial(held.partial, partial);
}

/** False: there is an object of that key by now. */
function* putObject(world: ReplayWorld, lines: readonly ExportLine[]): Step<boolean> {
  const { exports, rules, scenario, random } = world;
  const object = objectOf((lines[0] as ExportLine).key);
  const isDamaged = random.fraction() < scenario.prune.damagedPuts;
  const put = (): boolean => exports.put(object, lines, rules.putOnce, isDamaged);
  const isPut = yield* request(`put ${object}: ${told(lines)}`, put);
  if (!isPut) {
    return false;
  }
  const read = yield* request(`read back ${object}`, () => exports.counts.get(object) ?? [], 'read');
  const isWhole = lines.every((line, at) => line.key === read[at]?.key && samePartial(line.partial, read[at].partial));
  if (rules.exportVerified && !(isWhole && read.length === lines.length)) {
    throw new Refusal('ExportDamaged', object);
  }
  return true;
}

function* deleteLines(world: ReplayWorld, context: RunContext, { range, lines }: Page): Step<void> {
  const { store, checks, random, timers, scenario, trace } = world;
  for (let at = 0; at < lines.length; at += deletedMax) {
    const batch = lines.slice(at, at + deletedMax);
    yield* assertStanding(world, context);
    const remove = (): void => {
      for (const { key } of batch) {
        checks.prunes.deleting(key, range.exported);
        store.remove(key);
      }
    };
    const told = `delete ${batch.map(({ key }) => key).join(', ')}`;
    yield* request(told, remove);
    if (scenario.prune.lateAttempts > 0 && random.fraction() < scenario.prune.lateAttempts) {
      timers.in(random.integer(attemptMsMax), () => {
        trace?.(`  lands late: ${told}`);
        remove();
      });
    }
  }
}

/** Keys of the objects of the day of these lines, or of all days. */
function* listed(
  { exports }: ReplayWorld,
  name: string,
  range: WorkRange | undefined,
  lines: readonly ExportLine[] = [],
): Step<readonly string[]> {
  const first = lines[0];
  const day = first === undefined ? undefined : exportDay(partialKeyOf(first.key).startMs);
  const size = range?.size;
  return size === undefined
    ? []
    : yield* request(`list objects of ${name} ${size}`, () => exports.list({ name, size }, day), 'read');
}

function nameOf([first]: readonly ExportLine[]): string {
  return first === undefined ? '' : partialKeyOf(first.key).name;
}

function told(lines: readonly ExportLine[]): string {
  return lines.map(({ key, partial }) => `${key} ${partial.numbers.EventCount}`).join(', ');
}
