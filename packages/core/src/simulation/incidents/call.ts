import type { Going } from './processes.ts';
import type { World } from './world.ts';

/** How long a caller waits before it tries again. */
const retryMs = 2_000;
const attemptsMax = 4;

/** A call was tried as often as it may be. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/**
 * A call of a function that may die at any point, and is then tried again. Now and then the one that was given up goes on all the same,
 * beside the one that was tried again.
 */
export function* call<Result>(
  world: World,
  name: string,
  make: () => Going<Result>,
  attempts: number = attemptsMax,
): Going<Result> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const going = make();
    for (;;) {
      const result = going.next();
      if (result.done === true) return result.value;
      yield result.value;
      if (world.fails(name)) {
        const isLate = world.random.fraction() < 0.4;
        world.say(`${name} fails${isLate ? ', and goes on' : ''}`);
        if (isLate) world.processes.start(`late ${name}`, late(going), world.nowMs + world.random.integer(90_000));
        break;
      }
    }
    yield { atMs: world.nowMs + retryMs };
  }
  throw new GivenUp(name);
}

function* late<Result>(going: Going<Result>): Going {
  yield* going;
}
