import { EngineClock } from '../src/clock.ts';
import type { DrainOptions } from '../src/sources/drains.ts';
import { type HostedMapping, type HostedOptions, hostedMapping } from './hosted-mapping.ts';

/** What the function saw of one call. */
export interface WindowedCall {
  readonly shardId: string;
  /** `09:00:00` */
  readonly start: string;
  readonly end: string;
  /** Records that the state told of. */
  readonly seen: readonly string[];
  readonly texts: readonly string[];
  readonly isFinal: boolean;
  readonly isEarly: boolean;
  readonly eventBytes: number;
}

export interface WindowedMapping extends HostedMapping {
  /** Puts records that arrive at a time of 2 November 2026, `09:00:10`: the clock is set to it. */
  arrive(time: string, ...texts: string[]): Promise<void>;
  /** What the function saw so far. */
  calls(): WindowedCall[];
  /**
   * The same in words: the window's start, what the state told of, and the records: `09:00:00 a,b + c final`. A dash stands for
   * none.
   */
  story(): string[];
}

export interface WindowedOptions extends Omit<HostedOptions, 'code'> {
  /** Statements that run before the answer; may throw, and change `answer`. `nth` counts calls from 1, in all processes. */
  readonly body?: string;
}

/**
 * A mapping with windows of a minute whose function keeps the texts of its records in the state. Its clock stands still at
 * nine o'clock.
 */
export async function windowedMapping({ body = '', ...options }: WindowedOptions = {}): Promise<WindowedMapping> {
  const clock = options.clock ?? new EngineClock({ startMs: timeMs('09:00:00'), factor: 0 });
  const settings = { TumblingWindowInSeconds: 60, ...options.settings };
  const hosted = await hostedMapping({ ...options, clock, settings, code: code(body) });
  const calls = () => hosted.lines<WindowedCall>();
  return {
    ...hosted,
    calls,
    async arrive(time, ...texts) {
      clock.set(timeMs(time));
      await hosted.put(texts);
    },
    story: () => calls().map(inWords),
  };
}

/** Works off what there is while engine time passes, so that waits before retries are over soon. */
export async function idleWhileTimePasses({ mapping, clock }: WindowedMapping, options: DrainOptions = {}) {
  const passing = setInterval(() => clock.advance(100), 5);
  await mapping.idle(options).finally(() => clearInterval(passing));
}

/** Milliseconds since the epoch of a time of 2 November 2026. */
export function timeMs(time: string): number {
  return Date.parse(`2026-11-02T${time}Z`);
}

function inWords({ start, seen, texts, isFinal, isEarly }: WindowedCall): string {
  const how = isEarly ? ` early${isFinal ? '' : ', not final'}` : isFinal ? ' final' : '';
  return `${start} ${seen.join() || '-'} + ${texts.join() || '-'}${how}`;
}

function code(body: string): string {
  return `
    import { existsSync, readFileSync } from 'node:fs';
    const timeOf = (text) => text.slice(11, 19);
    export const handler = async (event) => {
      const texts = textsOf(event);
      const { seen = [] } = event.state ?? {};
      const eventBytes = Buffer.byteLength(JSON.stringify(event));
      const { window, shardId, isFinalInvokeForWindow: isFinal, isWindowTerminatedEarly: isEarly } = event;
      const span = { start: timeOf(window?.start ?? ''), end: timeOf(window?.end ?? '') };
      write({ shardId, ...span, seen, texts, isFinal, isEarly, eventBytes });
      const nth = readFileSync(process.env.OUT, 'utf8').split('\\n').length - 1;
      let answer = { state: { seen: [...seen, ...texts] } };
      ${body}
      return answer;
    };`;
}
