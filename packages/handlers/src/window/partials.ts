import type { WindowItem } from '@tidemark/core/series/partial';
import type { WindowPartial, WindowWrite } from '@tidemark/core/window/merge';
import { firstWrite, mendedWrite, mergeInto } from '@tidemark/core/window/merge';
import type { Straddle, WindowContent, WindowPart } from '@tidemark/core/window/part';
import type { UpdateOutcome } from '../aws/dynamodb.ts';
import { fenceIn, twoAtOnce } from '../count/fenced-write.ts';
import type { WindowTargets } from './targets.ts';

/** Where partials are written. */
export type PartialTargets = Pick<WindowTargets, 'dynamodb' | 'seriesTable'>;

/** A partial whose item holds a part of it to the middle. */
export interface StraddlingPartial {
  readonly partial: WindowPartial;
  readonly old: WindowItem;
  readonly straddle: Straddle<WindowPart>;
}

export type PartialOutcome =
  | { readonly kind: 'written' }
  /** Added to what stood there. */
  | { readonly kind: 'merged' }
  /** All of it stood there. */
  | { readonly kind: 'held' }
  | ({ readonly kind: 'straddles' } & StraddlingPartial);

/** One update, or a second where the item stands already. Throws when someone else writes the item in between. */
export async function writePartial(
  partial: WindowPartial,
  targets: PartialTargets,
  signal: AbortSignal,
): Promise<PartialOutcome> {
  const first = await perform(firstWrite(partial), targets, signal);
  if (first.kind === 'done') return { kind: 'written' };
  fenceIn(first.old);
  const old = first.old as unknown as WindowItem;
  const merge = mergeInto(old, partial);
  if (merge.kind === 'held') return { kind: 'held' };
  if (merge.kind === 'straddle') return { kind: 'straddles', partial, old, straddle: merge.straddle };
  await replace(merge.write, targets, signal);
  return { kind: 'merged' };
}

/** Adds what lies past the fence: `rest` of the part in whose middle it stands, undefined where nobody can tell, and all later parts. */
export async function writeMended(
  { partial, old }: StraddlingPartial,
  rest: WindowContent | undefined,
  targets: PartialTargets,
  signal: AbortSignal,
): Promise<void> {
  const write = mendedWrite(old, partial, rest);
  if (write !== undefined) await replace(write, targets, signal);
}

/** A row that stands at the write's last record already has it: the answer to it was lost, or another invocation made the same one. */
async function replace(write: WindowWrite, targets: PartialTargets, signal: AbortSignal): Promise<void> {
  const outcome = await perform(write, targets, signal);
  if (outcome.kind === 'done' || fenceIn(outcome.old) >= write.set.LastSequence) return;
  throw twoAtOnce(targets.seriesTable);
}

function perform(
  { key, set, replaces }: WindowWrite,
  { dynamodb, seriesTable }: PartialTargets,
  signal: AbortSignal,
): Promise<UpdateOutcome> {
  const attributes = Object.entries(set);
  return dynamodb.update(
    {
      table: seriesTable,
      key: { ...key },
      expression: `SET ${attributes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      condition: replaces === undefined ? 'attribute_not_exists(#LastSequence)' : '#LastSequence = :replaces',
      names: Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
      values: {
        ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
        ...(replaces === undefined ? {} : { ':replaces': replaces }),
      },
    },
    signal,
  );
}
