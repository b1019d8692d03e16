import type { Engine } from '@tidemark/local/engine';

/**
 * Megabytes that the heap of a function may have whose memory is looked at: what it needs is to be seen, not what it has yet to give back.
 */
export const heapMbMax = 64;

/** Bounds the heap of a function from its next sandbox on. */
export function boundHeap({ host }: Engine, functionName: string): void {
  const definition = host.definition(functionName);
  const { NODE_OPTIONS = '' } = definition.environment;
  const options = `${NODE_OPTIONS} --max-old-space-size=${heapMbMax} --max-semi-space-size=1`;
  host.deploy({ ...definition, environment: { ...definition.environment, NODE_OPTIONS: options } });
}
