import { countingFunction } from '@tidemark/core/deployment';
import { renderAmount, renderCount, renderDuration } from '../render.ts';
import type { Mapping, SourceStatus } from './source.ts';

/** What is wrong with a source, one sentence each, with where to look. Empty: all is well. */
export function problemsOf(status: SourceStatus): string[] {
  return [
    ...mappingProblems('counting', countingFunction(status.source), status.mappings.count),
    ...mappingProblems('publishing', status.source.publish, status.mappings.publish),
    ...shardProblems(status),
    ...ledgerProblems(status),
    ...streamProblems(status),
  ];
}

function mappingProblems(doing: string, functionName: string, mappings: readonly Mapping[]): string[] {
  if (mappings.length === 0) return [`${doing} has no event source mapping: nothing calls ${functionName}`];
  return mappings.flatMap(({ state, lastResult, parallelizationFactor }) => {
    const problems: string[] = [];
    if (!runningStates.has(state))
      problems.push(`${doing} is held: the event source mapping of ${functionName} is ${state}`);
    if (lastResult?.startsWith('PROBLEM'))
      problems.push(`${doing} fails: ${lastResult}; see the logs of ${functionName}`);
    if (parallelizationFactor > 1) {
      problems.push(
        `${doing} runs with a parallelization factor of ${parallelizationFactor}: counts are exact with 1 only`,
      );
    }
    return problems;
  });
}

/** A mapping that is being changed goes on working. */
const runningStates: ReadonlySet<string> = new Set(['Enabled', 'Enabling', 'Creating', 'Updating']);

function shardProblems({ shards }: SourceStatus): string[] {
  return shards.flatMap(({ shardId, state, lagMs }) => {
    if (state === 'stalled')
      return [`${shardId} is stalled: its oldest uncounted record has waited for ${renderDuration(lagMs)}`];
    if (state === 'unknown') return [`${shardId} did not say whether records wait; run status again`];
    return [];
  });
}

function ledgerProblems({ source, ledger, published, series }: SourceStatus): string[] {
  const { recent, unbalanced } = ledger;
  const problems: string[] = [];
  if (recent.Quarantined > 0) {
    problems.push(
      `${renderAmount(recent.Quarantined, 'record was', 'records were')} set aside since yesterday: see s3://${source.bucket}/quarantine/${source.name}/`,
    );
  }
  if (series.cap !== undefined && series.admitted >= series.cap) {
    problems.push(
      `the cap of ${renderCount(series.cap)} series is reached: events with new names are counted under $other (${renderCount(recent.OverCap)} since yesterday); raise maxSeries if they are wanted`,
    );
  }
  for (const item of unbalanced)
    problems.push(`the ledger of ${item} does not add up: received is not counted + quarantined`);
  if (published.PublishedTwice > 0) {
    problems.push(
      `${renderAmount(published.PublishedTwice, 'event is', 'events are')} in the metric twice (a call whose answer was lost); the table is right`,
    );
  }
  return problems;
}

function streamProblems({ source, automaticDistribution }: SourceStatus): string[] {
  if (!automaticDistribution) return [];
  return [
    `stream ${source.stream} distributes records automatically: its order means nothing, and counts may be wrong`,
  ];
}
