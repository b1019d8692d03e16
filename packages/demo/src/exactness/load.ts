import { generateEvents } from '@tidemark/core/generate/generator';
import type { Outgoing } from './sent.ts';
import type { World } from './world.ts';

export interface LoadOptions {
  readonly seed: number;
  readonly events: number;
  /** In so many puts. */
  readonly pieces: number;
  /** Engine time up to which the events happen, over the day before it. */
  readonly untilMs: number;
  /** Done after each put, while counting goes on. */
  readonly between?: (piece: number) => Promise<unknown> | undefined;
}

/** Generated events, some late, some malformed in every way that the generator knows. */
export function generated({ seed, events, untilMs }: Pick<LoadOptions, 'seed' | 'events' | 'untilMs'>): Outgoing[] {
  const fields = { name: ['event_type'], time: ['utc_timestamp'] };
  const records = generateEvents({ seed, events, untilMs, fields, malformedShare: 0.03 });
  return Array.from(records, ({ data, partitionKey, expected }) => {
    if (expected.kind === 'event') return { data, partitionKey, fate: expected };
    const column = expected.why === 'far ahead of its arrival' ? 'TooNew' : 'Malformed';
    return { data, partitionKey, fate: { kind: 'quarantined', column } };
  });
}

/** Puts generated events piece by piece while they are counted; does not wait for that. */
export async function load(world: World, options: LoadOptions): Promise<void> {
  const records = generated(options);
  const size = Math.ceil(records.length / options.pieces);
  for (let piece = 0; piece < options.pieces; piece += 1) {
    await world.put(records.slice(piece * size, (piece + 1) * size));
    await options.between?.(piece);
  }
}
