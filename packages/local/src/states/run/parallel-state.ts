import type { ParallelState } from '../definition.ts';
import type { Trail } from '../history.ts';
import type { Progress } from '../progress.ts';
import { Scope } from '../scope.ts';
import { concurrently } from './concurrently.ts';
import { runSequence } from './sequence.ts';
import type { Visit } from './visit.ts';

/** One attempt at all branches, to the list of what they came to. Throws StateFailure. */
export async function attemptParallel(visit: Visit<ParallelState>, inner: readonly Progress[]): Promise<unknown> {
  const { lane, state } = visit;
  const input = state.Arguments === undefined ? visit.input : await visit.evaluate(state.Arguments, 'Arguments');
  visit.checkSize(input);
  lane.trail.follow('ParallelStateStarted');
  const trails = state.Branches.map(() => lane.trail.branch());
  const trailOf = (index: number) => trails[index] as Trail;
  const results = await concurrently(lane, {
    count: state.Branches.length,
    limit: state.Branches.length,
    run: (index, _slot, signal) => {
      const branch = state.Branches[index] as ParallelState['Branches'][number];
      const progress = inner[index] as Progress;
      const scope = new Scope(lane.scope, progress.at?.variables);
      return runSequence(branch, input, { ...lane, trail: trailOf(index), scope, signal, progress });
    },
    failed: (index) => {
      // What comes of the whole state's failure follows from what failed in it.
      lane.trail.lastId = trailOf(index).lastId;
      return lane.trail.lastId;
    },
  });
  lane.trail.lastId = Math.max(...trails.map((trail) => trail.lastId));
  lane.trail.note('ParallelStateSucceeded');
  return results;
}
