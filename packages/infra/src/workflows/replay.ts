import { type Chain, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { startPipe } from './pipe.ts';
import { poll } from './poll.ts';
import { recounting } from './recounting.ts';
import type { RunProps } from './run.ts';
import { run } from './run.ts';

export type MachineProps = Pick<RunProps, 'sources' | 'replay'>;

/** Rebuilds from the stream what it still holds, beside what people read, and switches. */
export function replayDefinition(scope: Construct, { sources, replay }: MachineProps): Chain {
  const begin = Pass.jsonata(scope, 'Name the pipe', {
    assign: { pipe: jsonata('$prepared.pipe'), start: jsonata('$prepared.start') },
  });
  const begun = poll(scope, 'Has the recount begun', replay, { op: 'begun', until: 'begun' });
  const untilSwitch = begin.next(startPipe(scope)).next(begun).next(recounting(scope, replay));
  return run(scope, { kind: 'replay', sources, replay, switched: 'switched', untilSwitch });
}
