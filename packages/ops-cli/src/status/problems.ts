import type { RunLock } from '@tidemark/core/replay/lock';
import { renderAmount, renderCount, renderDuration } from '../render.ts';
import { ledgerDisagreements } from './agreement.ts';
import type { ConsumerStatus, Mapping, ReaderStatus } from './consumer.ts';
import type { SourceStatus } from './source.ts';

/**
 * What is wrong with a source, one sentence each, with where to look. Empty: all is well. `command`: what to type to reach the stage again.
 */
export function problemsOf(status: SourceStatus, command = 'tidemark'): string[] {
  const readers = [...status.consumers, status.archive ?? []].flat();
  return [
    ...readers.flatMap((each) =>
      mappingProblems(doing[each.consumer], each.function, each.mappings, holderOf(status, each)),
    ),
    ...mappingProblems('publishing', status.source.publish, status.publish),
    ...status.consumers.flatMap((each) => windowProblems(status, each)),
    ...readers.flatMap(shardProblems),
    ...setAsideProblems(status, command),
    ...ledgerProblems(status),
    ...streamProblems(status),
  ];
}

const doing = { count: 'counting', window: 'adding up windows', archive: 'archiving' } as const;

/** The run that has disabled a reader's mapping, and will enable it. */
function holderOf({ lock }: SourceStatus, { consumer }: ReaderStatus): RunLock | undefined {
  return lock?.Held?.some((held) => held.Consumer === consumer) ? lock : undefined;
}

function mappingProblems(what: string, functionName: string, mappings: readonly Mapping[], holder?: RunLock): string[] {
  if (mappings.length === 0) return [`${what} has no event source mapping: nothing calls ${functionName}`];
  return mappings.flatMap(({ state, lastResult, parallelizationFactor }) => {
    const problems: string[] = [];
    if (!runningStates.has(state)) {
      problems.push(
        holder === undefined
          ? `${what} is held: the event source mapping of ${functionName} is ${state}`
          : `${what} is held by ${holder.Kind} ${holder.Run} for some minutes, and comes back by itself: leave the event source mapping of ${functionName} alone`,
      );
    }
    if (lastResult?.startsWith('PROBLEM'))
      problems.push(`${what} fails: ${lastResult}; see the logs of ${functionName}`);
    if (parallelizationFactor > 1) {
      problems.push(
        `${what} runs with a parallelization factor of ${parallelizationFactor}: counts are exact with 1 only`,
      );
    }
    return problems;
  });
}

/** A mapping that is being changed goes on working. */
const runningStates: ReadonlySet<string> = new Set(['Enabled', 'Enabling', 'Creating', 'Updating']);

function windowProblems({ source }: SourceStatus, { consumer, function: name, mappings }: ConsumerStatus): string[] {
  if (consumer !== 'window') return [];
  const seconds = source.window?.seconds;
  return mappings.flatMap(({ tumblingWindowSeconds }) => {
    if (tumblingWindowSeconds === seconds) return [];
    const found = tumblingWindowSeconds === undefined ? 'no tumbling window' : `a window of ${tumblingWindowSeconds} s`;
    return [`the event source mapping of ${name} has ${found}; the source has one of ${seconds} s: deploy again`];
  });
}

/** A stalled shard, and the record that waits. */
const stalling = {
  count: (shardId: string) => `${shardId} is stalled: its oldest uncounted record`,
  window: (shardId: string) => `the windows of ${shardId} are stalled: its oldest record that is in no row`,
  archive: (shardId: string) => `the archive of ${shardId} is stalled: its oldest record that is in no object`,
} as const;

function shardProblems({ consumer, shards }: ReaderStatus): string[] {
  return shards.flatMap(({ shardId, state, lagMs }) => {
    if (state === 'stalled') return [`${stalling[consumer](shardId)} has waited for ${renderDuration(lagMs)}`];
    if (state === 'unknown') return [`${shardId} did not say whether records wait; run status again`];
    return [];
  });
}

/** Both readers set the same records aside and count the same under `$other`: what the one further on says holds for both. */
function setAsideProblems({ source, consumers, series }: SourceStatus, command: string): string[] {
  const most = (field: 'Quarantined' | 'OverCap') => Math.max(...consumers.map(({ ledger }) => ledger.recent[field]));
  const problems: string[] = [];
  const quarantined = most('Quarantined');
  if (quarantined > 0) {
    problems.push(
      `${renderAmount(quarantined, 'record was', 'records were')} set aside since yesterday: see ${command} quarantine list --source ${source.name}`,
    );
  }
  if (series.cap !== undefined && series.admitted >= series.cap) {
    problems.push(
      `the cap of ${renderCount(series.cap)} series is reached: events with new names are counted under $other (${renderCount(most('OverCap'))} since yesterday); raise maxSeries if they are wanted`,
    );
  }
  return problems;
}

function ledgerProblems({ source, consumers, published }: SourceStatus): string[] {
  const problems = consumers.flatMap(({ consumer, ledger }) =>
    ledger.unbalanced.map(
      (place) =>
        `the ledger of ${consumer === 'count' ? '' : 'windows of '}${place} does not add up: received is not counted + quarantined`,
    ),
  );
  const [one, other] = consumers;
  const differing = one === undefined || other === undefined ? [] : ledgerDisagreements(one, other);
  for (const place of differing)
    problems.push(`the ledgers of counting and of windows differ for ${place}: they are of the same records`);
  if (published.PublishedTwice > 0) {
    const twice =
      source.window === undefined
        ? renderAmount(published.PublishedTwice, 'event is', 'events are')
        : renderAmount(published.PublishedTwice, 'event or reading is', 'events or readings are');
    problems.push(`${twice} in the metric twice (a call whose answer was lost); the table is right`);
  }
  return problems;
}

function streamProblems({ source, automaticDistribution }: SourceStatus): string[] {
  if (!automaticDistribution) return [];
  return [
    `stream ${source.stream} distributes records automatically: its order means nothing, and counts may be wrong`,
  ];
}
