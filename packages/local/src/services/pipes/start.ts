import type { Service } from '../../gateway/service.ts';
import type { Shutdown } from '../../shutdown.ts';
import { memoryPositions, type PositionStore } from '../../sources/positions.ts';
import { type PipeDelays, pipeDelaysDefault } from './delays.ts';
import type { PipeEvent } from './pipe-event.ts';
import { Pipes, type PipesOptions } from './pipes.ts';
import { pipesService } from './service.ts';

export interface StartPipesOptions extends Omit<PipesOptions, 'delays' | 'observe' | 'positions'> {
  readonly byName: Map<string, Service>;
  readonly delays: Partial<PipeDelays> | undefined;
  /** Where pipes and their positions are kept; in memory without it. */
  readonly positions: PositionStore | undefined;
  readonly observe: ((event: PipeEvent) => void) | undefined;
  readonly shutdown: Shutdown;
}

/** Pipes and their API; those of an earlier engine go on with `Pipes.resume`. */
export function startPipes({ byName, delays, positions, observe, shutdown, ...rest }: StartPipesOptions): Pipes {
  const pipes = new Pipes({
    ...rest,
    delays: { ...pipeDelaysDefault, ...delays },
    positions: positions ?? memoryPositions(),
    observe: observe ?? (() => {}),
  });
  byName.set('pipes', pipesService(pipes));
  shutdown.add(() => pipes.close());
  return pipes;
}
