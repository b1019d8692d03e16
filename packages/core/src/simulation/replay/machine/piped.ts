import { attemptMsMax } from '../../world.ts';
import type { RunContext } from '../control.ts';
import type { PipeState } from '../pipes.ts';
import { RunningRecount } from '../recount.ts';
import { request } from '../step.ts';
import { nextObject, tail } from '../steps/archived.ts';
import type { Prepared } from '../steps/prepare.ts';
import { namePipe } from '../steps/prepare.ts';
import type { ReplayWorld } from '../world.ts';
import type { Part } from './calls.ts';
import { attemptsBefore, call, poll } from './calls.ts';

export function* createPipe(world: ReplayWorld, context: RunContext, { pipe = '', pipeFromMs }: Prepared): Part<void> {
  yield* call('create pipe', function* () {
    yield* request(`create pipe ${pipe}`, () => world.pipes.create(pipe, pipeFromMs));
  });
  if (!world.rules.pipeNamedFirst) {
    yield* call('name pipe', () => namePipe(world, context, pipe));
  }
  yield* untilPipe(world, pipe, 'RUNNING');
}

/** Object after object of every shard, then the pipe that goes on where the archive ends. */
export function* recountArchive(world: ReplayWorld, context: RunContext, prepared: Prepared): Part<void> {
  if (!world.rules.archiveBeforeTail) {
    yield* createPipe(world, context, { ...prepared, pipeFromMs: undefined });
  }
  for (const place of world.scenario.shards.keys()) {
    for (;;) {
      const batch = yield* call('next object', () => nextObject(world, context, place));
      if (batch === undefined) {
        break;
      }
      yield {
        kind: 'call',
        name: 'count object',
        start: () => new RunningRecount(world, context, batch),
        attempts: attemptsBefore,
      };
    }
  }
  const pipeFromMs = yield* call('tail', () => tail(world, context));
  if (world.rules.archiveBeforeTail) {
    yield* createPipe(world, context, { ...prepared, pipeFromMs });
  }
}

export function* stopPipe(world: ReplayWorld, pipe: string): Part<void> {
  yield* call('stop pipe', function* () {
    yield* request(`stop pipe ${pipe}`, () => world.pipes.stop(pipe));
  });
  yield* untilPipe(world, pipe, 'STOPPED');
  if (world.rules.pipeDrained) {
    yield { kind: 'wait', ms: world.scenario.recountTimeoutMs + attemptMsMax };
  }
}

export function* deletePipe(world: ReplayWorld, pipe: string | undefined): Part<void> {
  if (pipe === undefined) {
    return;
  }
  yield* poll(world, 'delete pipe', function* () {
    const state = yield* request(`describe pipe ${pipe}`, () => world.pipes.state(pipe));
    if (state !== undefined && state !== 'DELETING') {
      yield* request(`delete pipe ${pipe}`, () => world.pipes.delete(pipe));
    }
    return state === undefined;
  });
}

function* untilPipe(world: ReplayWorld, pipe: string, state: PipeState): Part<void> {
  yield* poll(world, `pipe ${state}`, function* () {
    return (yield* request(`describe pipe ${pipe}`, () => world.pipes.state(pipe))) === state;
  });
}
