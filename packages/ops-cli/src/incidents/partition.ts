import { stagePartition } from '@tidemark/core/incidents/items';
import { UsageError } from '../failure.ts';
import { chooseSource, type Target } from '../target.ts';

type Stage = Pick<Target, 'stage' | 'sources'>;

/** Partitions of the Control table where incidents lie: of the source that `--source` names, or of all and of the stage itself. Throws a UsageError for one that there is none of. */
export function partitionsOf(target: Stage, name: string | undefined): string[] {
  if (name === undefined) return [...target.sources.map((source) => source.name), stagePartition];
  return [
    name === stagePartition ? stagePartition : chooseSource(target, name, undefined, [`'${stagePartition}'`]).name,
  ];
}

/** All sources share one Control table. */
export function controlTableOf({ stage, sources }: Stage): string {
  const [first] = sources;
  if (first === undefined) throw new UsageError(`stage ${stage} has no sources`);
  return first.controlTable;
}

/** `source web`, `the stage` */
export function partitionWord(partition: string): string {
  return partition === stagePartition ? 'the stage' : `source ${partition}`;
}
