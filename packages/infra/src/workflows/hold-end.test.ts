import { expect, it } from 'vitest';
import { type Definition, synthesizedDefinition } from '../../test/definition.ts';
import { type PerformedTask, runDefinition } from '../../test/run-definition.ts';
import { replayDefinition } from './replay.ts';
import { undoDefinition } from './undo.ts';

const mapping = '11111111-2222-3333-4444-555555555555';
const held = [{ Consumer: 'count', Mapping: mapping }];

/** What the function of the steps answers. */
const answers: Readonly<Record<string, object>> = {
  prepare: { generation: 1, pipe: 'pipe', start: { StartingPosition: 'TRIM_HORIZON' } },
  begun: { begun: true, waiting: [], waitSeconds: 0 },
  progress: { near: true, waitSeconds: 0 },
  compare: { done: true, outcome: 'different', proceed: true, quietSeconds: 0, compared: {}, reportKey: 'report' },
  noteHold: { held, holdSeconds: 67 },
  held: { shards: 1 },
  passed: { passed: true, waiting: [], waitSeconds: 0 },
  abort: { aborted: true, switched: false, held, waitSeconds: 120 },
  letGo: { heldMs: 1 },
  finish: { outcome: 'failed' },
};

/** Services of which one thing never comes to its end. Returns what they did, and how they answered. */
function services(stuck: 'mapping' | 'pipe') {
  const done: string[] = [];
  let isStopping = false;
  const perform = ({ resource, arguments: given }: PerformedTask): unknown => {
    const [, action = ''] = /:([a-zA-Z]+)$/.exec(resource) ?? [];
    const { Payload = {}, Enabled } = given as {
      Payload?: { op?: string; error?: { name: string } };
      Enabled?: boolean;
    };
    switch (action) {
      case 'invoke':
        done.push(Payload.error === undefined ? `${Payload.op}` : `${Payload.op} ${Payload.error.name}`);
        return { Payload: answers[Payload.op ?? ''] };
      case 'updateEventSourceMapping':
        done.push(`${action} ${Enabled}`);
        return {};
      case 'getEventSourceMapping':
        return {
          State: done.includes('updateEventSourceMapping false')
            ? stuck === 'mapping'
              ? 'Disabling'
              : 'Disabled'
            : 'Enabled',
        };
      case 'stopPipe':
        isStopping = true;
        return {};
      case 'describePipe':
        return { CurrentState: isStopping ? 'STOPPING' : 'RUNNING' };
      default:
        return {};
    }
  };
  return { done, perform };
}

it.each<[string, 'mapping' | 'pipe', Definition, string]>([
  ['a mapping that is never disabled', 'mapping', undoDefinition, `The mapping ${mapping} is Disabling`],
  ['a pipe that never stops', 'pipe', replayDefinition, 'The pipe pipe is STOPPING: no reason given'],
])(
  '%s: live counting is let go after an hour, and the run has failed',
  async (_, stuck, definition, cause) => {
    const { done, perform } = services(stuck);
    const input = { run: 'run', source: 'web', undoes: 'other' };
    const outcome = await runDefinition(synthesizedDefinition(definition), input, perform);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'HeldTooLong', cause });
    expect(done.slice(done.indexOf('abort HeldTooLong'))).toEqual([
      'abort HeldTooLong',
      'updateEventSourceMapping true',
      'letGo',
      'finish HeldTooLong',
    ]);
  },
  30_000,
);
