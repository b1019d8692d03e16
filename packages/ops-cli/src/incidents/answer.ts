import type { AnswerChange } from '@tidemark/core/incidents/change';
import { type IncidentItem, incidentKey } from '@tidemark/core/incidents/items';
import type { IncidentEffect } from '@tidemark/core/incidents/steps';
import { Failure } from '../failure.ts';
import type { Target } from '../target.ts';
import type { Terminal } from '../terminal.ts';
import type { IncidentClients } from './clients.ts';
import { controlTableOf } from './partition.ts';
import { type FoundIncident, readIncident } from './stored.ts';
import { endedSentence } from './wording.ts';

/** The execution, transitions, senders and people change an incident, and seldom many at once. */
const attemptsMax = 20;

export interface AnswerReach {
  readonly target: Target;
  readonly clients: IncidentClients;
  readonly terminal: Pick<Terminal, 'note'>;
}

/** What became of an answer. */
export interface Answered {
  readonly found: FoundIncident;
  /** False where somebody had said so before. */
  readonly isNew: boolean;
}

/** Reads, changes and writes an incident, again where somebody else has changed it in between, and wakes its execution. Throws a Failure for one that is over. */
export async function answerIncident(
  reach: AnswerReach,
  { source, incident }: FoundIncident,
  answer: (item: IncidentItem) => AnswerChange,
): Promise<Answered> {
  const { tables } = reach.clients;
  const table = controlTableOf(reach.target);
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const read = await readIncident(tables, table, source, incident);
    if (read === undefined) throw new Failure(`Incident ${incident} is not there any more.`);
    const change = answer(read.item);
    if (!change.ok) throw new Failure(`Incident ${incident} ${endedSentence(read.item)}; there is nothing to answer.`);
    const isNew = change.item !== read.item;
    const item = { ...change.item, ...incidentKey(source, incident) };
    if (isNew && !(await tables.putVersion(table, item, read.item.Version))) continue;
    await wake(reach, change.effects);
    return { found: { source, incident, item: change.item }, isNew };
  }
  throw new Error(`incident ${incident} was changed by others ${attemptsMax} times in a row`);
}

/** The answer is written by now, and the execution goes by what is written, whenever it looks: that it cannot be told so harms nothing. */
async function wake({ clients: { states }, terminal }: AnswerReach, effects: readonly IncidentEffect[]): Promise<void> {
  for (const effect of effects) {
    if (effect.kind !== 'wake') throw new Error('an answer starts no execution');
    try {
      await states.wake(effect.token);
    } catch (error) {
      const because = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      terminal.note(
        `It is written, but the escalation could not be woken (${because}). It follows at its next step.\n`,
      );
    }
  }
}
