import type { TidemarkInput } from '@tidemark/core/config/input';
import { withAssembly } from '../src/synthesize.ts';

export { withAssembly };

/** One source with nothing but defaults, whatever the repository's own configuration says. */
const defaults: TidemarkInput = {
  sources: { web: { event: { name: 'event_type', time: 'utc_timestamp' } } },
};

/** Runs `work` with a cloud assembly of the default settings, as the app writes it, and removes it afterwards. */
export function withDefaultAssembly<T>(work: (assembly: string) => Promise<T>): Promise<T> {
  return withAssembly(defaults, work);
}
