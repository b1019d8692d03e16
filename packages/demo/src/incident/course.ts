import { isOver } from '@tidemark/core/incidents/incident';
import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { InboxMessage } from '@tidemark/ops-cli/inbox/engine-inbox';
import type { DemoEngine } from '../engine.ts';
import { tiers } from './configuration.ts';
import { type Answer, acknowledgingLink, look, press } from './link.ts';
import type { Pace } from './pace.ts';
import type { Producer } from './producer.ts';
import type { Reader } from './reading.ts';
import { minuteMs } from './traffic.ts';
import { NeverHappened, type Watch } from './watch.ts';

/** What was done, and what came of it at once; absent is what it did not come to. Times in milliseconds since the epoch, engine time. */
export interface Deeds {
  /** From when on page views fell, and came again. */
  fellMs?: number;
  backMs?: number;
  looked?: Answer & { readonly atMs: number; readonly before: IncidentItem; readonly after: IncidentItem };
  pressed?: Answer & { readonly atMs: number; readonly after: IncidentItem };
  /** The same button once more. */
  pressedAgain?: Answer;
  /** What was waited for in vain. */
  missing?: string;
}

/** Something that people did, for whoever looks on. */
export type Deed =
  | { readonly kind: 'fall' | 'back'; readonly fromMs: number }
  | { readonly kind: 'looked'; readonly answer: Answer; readonly status: string; readonly of: InboxMessage }
  | { readonly kind: 'pressed'; readonly answer: Answer; readonly again: Answer };

export interface CourseOptions {
  readonly engine: Pick<DemoEngine, 'clock'>;
  readonly producer: Producer;
  readonly pace: Pace;
  readonly reader: Reader;
  readonly watch: Watch;
  readonly onDeed: (atMs: number, deed: Deed) => void;
  readonly signal: AbortSignal;
}

/** Who acknowledges. */
export const person = 'Ada';

/** So long all is well, a person takes to open the link, to press its button, and to mend what broke. Minutes of engine time. */
const calm = 3;
const toLook = 1;
const toPress = 0.5;
const toMend = 1;

/** Page views fall, everybody is told, somebody answers at last, and page views are back. Stops where something that must happen does not. */
export async function play(options: CourseOptions): Promise<Deeds> {
  const deeds: Deeds = {};
  try {
    await fall(options, deeds);
    await answer(options, deeds);
    await comeBack(options, deeds);
  } catch (error) {
    if (!(error instanceof NeverHappened)) throw error;
    deeds.missing = error.message;
  }
  return deeds;
}

async function fall(options: CourseOptions, deeds: Deeds): Promise<void> {
  const { engine, producer, watch, onDeed } = options;
  await watch.until('the alarm has never been OK', ({ transitions }) => (isLast(transitions, 'OK') ? true : undefined));
  await minutes(options, calm);
  const fromMs = producer.fall();
  deeds.fellMs = fromMs;
  onDeed(engine.clock.now(), { kind: 'fall', fromMs });
  await watch.until('the alarm has not turned on', ({ transitions }) =>
    isLast(transitions, 'ALARM') ? true : undefined,
  );
  for (const [index, { to }] of tiers.entries()) {
    await watch.until(`tier ${index + 1} was not told`, ({ messages }) =>
      messages.find((message) => message.to === to),
    );
  }
}

/** Looking acknowledges nothing, pressing does, once. */
async function answer(options: CourseOptions, deeds: Deeds): Promise<void> {
  const { engine, pace, reader, watch, onDeed, signal } = options;
  const last = tiers[tiers.length - 1]?.to;
  const message = await watch.until(`nothing came to ${last}`, ({ messages }) =>
    messages.find(({ to, text }) => to === last && acknowledgingLink(text) !== undefined),
  );
  const link = acknowledgingLink(message.text) ?? '';
  const incident = async (): Promise<IncidentItem> => {
    const [found] = await reader.incidents();
    if (found === undefined) throw new NeverHappened('there is no incident');
    return found.item;
  };
  await minutes(options, toLook);
  const page = await pace.during(async () => {
    const before = await incident();
    const page = await look(link, signal);
    const after = await incident();
    deeds.looked = { ...page, atMs: engine.clock.now(), before, after };
    onDeed(engine.clock.now(), { kind: 'looked', answer: page, status: after.Status, of: message });
    return page;
  });
  await minutes(options, toPress);
  await pace.during(async () => {
    const answer = await press(link, page, person, signal);
    deeds.pressed = { ...answer, atMs: engine.clock.now(), after: await incident() };
    const again = await press(link, page, person, signal);
    deeds.pressedAgain = again;
    onDeed(engine.clock.now(), { kind: 'pressed', answer, again });
  });
}

async function comeBack(options: CourseOptions, deeds: Deeds): Promise<void> {
  const { engine, producer, watch, onDeed } = options;
  await minutes(options, toMend);
  const fromMs = producer.comeBack();
  deeds.backMs = fromMs;
  onDeed(engine.clock.now(), { kind: 'back', fromMs });
  await watch.until('the alarm has not turned off', ({ transitions }) =>
    isLast(transitions, 'OK') ? true : undefined,
  );
  await watch.until('the incident has not ended', ({ incidents }) =>
    incidents.length > 0 && incidents.every(({ item }) => isOver(item)) ? true : undefined,
  );
}

function minutes({ engine, signal }: CourseOptions, count: number): Promise<void> {
  return engine.clock.sleep(count * minuteMs, signal);
}

function isLast(transitions: readonly { readonly to: string }[], state: string): boolean {
  return transitions.at(-1)?.to === state;
}
