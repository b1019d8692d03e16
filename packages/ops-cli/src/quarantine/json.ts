import type { Entry } from './entries.ts';
import type { GivenUp } from './given-up.ts';
import type { Marker } from './marker.ts';
import { setAsideOf } from './object.ts';

/** An object of the list for programs. The record itself is not among it: `show --json` has it. */
export function entryJson({ object, bytes, held, marker }: Entry): object {
  const common = { kind: held.kind, key: object, bytes, ...(marker === undefined ? {} : markerJson(marker)) };
  switch (held.kind) {
    case 'record': {
      const { arrival, shardId, sequenceNumber, detail } = held.body;
      return { ...common, arrival, shardId, sequenceNumber, detail, events: setAsideOf(held.body) };
    }
    case 'part':
      return { ...common, shardId: held.body.shardId, reason: held.body.reason, detail: held.body.detail };
    case 'foreign':
      return { ...common, detail: held.detail };
  }
}

export function givenUpJson(batch: GivenUp): object {
  return { kind: 'given-up', ...batch };
}

export function markerJson({ State, SinceMs, SentMs, Places }: Marker): object {
  if (State === 'sending') return { resubmitting: { since: isoOf(SinceMs) } };
  return { resubmitted: { at: isoOf(SentMs ?? SinceMs), places: Places ?? [] } };
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
