import { stepErrors } from '@tidemark/core/replay/step-errors';
import {
  type Chain,
  Choice,
  Condition,
  CustomState,
  DistributedMap,
  Pass,
  ProvideItems,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { startPipe } from './pipe.ts';
import { poll } from './poll.ts';
import { recounting } from './recounting.ts';
import type { MachineProps } from './replay.ts';
import { retrySome } from './retrying.ts';
import { run } from './run.ts';
import { step } from './step.ts';

/** Shards whose archive is read at the same time: each writes what a shard at its fullest would. */
const shardsAtOnce = 10;

/** Rebuilds from the archive what the stream no longer holds, then from the stream what is not archived yet, and switches. */
export function backfillDefinition(scope: Construct, { sources, replay }: MachineProps): Chain {
  const tail = retrySome(
    step(scope, 'Find the end of the archive', replay, {
      op: 'tail',
      assign: {
        pipe: jsonata('$states.result.Payload.pipe'),
        start: jsonata('$states.result.Payload.start'),
      },
    }),
  );
  const contiguous = poll(scope, 'Does the stream meet the archive', replay, { op: 'contiguous', until: 'begun' });
  const untilSwitch = readArchive(scope)
    .next(tail)
    .next(startPipe(scope))
    .next(contiguous)
    .next(recounting(scope, replay));
  return run(scope, { kind: 'backfill', sources, replay, switched: 'switched', untilSwitch });
}

/** One child a shard, whose objects must be read in their order. */
function readArchive(scope: Construct): DistributedMap {
  const begin = Pass.jsonata(scope, 'From the first object', { assign: { at: {} }, outputs: jsonata('$states.input') });
  // The function is the source's, and known only to the input: the construct of the CDK wants it fixed.
  const read = new CustomState(scope, 'Recount objects of the shard', {
    stateJson: {
      Type: 'Task',
      QueryLanguage: 'JSONata',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: {
        FunctionName: jsonata('$shard.recountFunction'),
        Payload: {
          archive: jsonata('$merge([{"run": $shard.run, "source": $shard.source, "shardId": $shard.shardId}, $at])'),
        },
      },
      Assign: {
        at: jsonata('$exists($states.result.Payload.cursor) ? {"cursor": $states.result.Payload.cursor} : {}'),
      },
      Output: jsonata('$states.result.Payload'),
    },
  });
  const shard = Pass.jsonata(scope, 'The shard', { assign: { shard: jsonata('$states.input') } });
  const isDone = Choice.jsonata(scope, 'Is the archive of the shard read')
    .when(
      Condition.jsonata(jsonata('$states.input.done')),
      Succeed.jsonata(scope, 'The shard is read', { outputs: { shardId: jsonata('$shard.shardId') } }),
    )
    .otherwise(read);
  retrySome(read, stepErrors).next(isDone);
  return DistributedMap.jsonata(scope, 'Read the archive', {
    items: ProvideItems.jsonata(jsonata('$prepared.shards')),
    // Children see no variables of the run.
    itemSelector: {
      shardId: jsonata('$states.context.Map.Item.Value.shardId'),
      run: jsonata('$run'),
      source: jsonata('$source'),
      recountFunction: jsonata('$settings.recountFunction'),
    },
    maxConcurrency: shardsAtOnce,
    outputs: { shards: jsonata('$count($states.result)') },
  }).itemProcessor(shard.next(begin).next(read));
}
